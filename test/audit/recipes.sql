-- 1. Who closes / to GPTBot by name, under each denominator?
SELECT count(*) FILTER (WHERE own_group(robots, 'GPTBot').root) AS closed, count(*) AS of_all,
  count(*) FILTER (WHERE reach = 'reachable') AS of_reachable, count(*) FILTER (WHERE robots.class IN ('rules', 'no-rules')) AS of_readable
FROM audit;

-- 2. The ten agents that are closed out most often by name.
SELECT agent.agent, count(*) FILTER (WHERE agent.root) AS closed FROM audit, unnest(robots.named) AS t(agent)
GROUP BY ALL ORDER BY closed DESC, 1 LIMIT 10;

-- 3. Closed by name, or through *: what each way contributes for ClaudeBot.
SELECT own_group(robots, 'ClaudeBot') IS NOT NULL AS named, extent_for(robots, 'ClaudeBot') AS extent, count(*) AS domains
FROM audit GROUP BY ALL ORDER BY ALL;

-- 4. The share that refuses AI training under policy standard, with its interval, by country.
SELECT country, count(*) AS total, count(*) FILTER (WHERE verdicts['standard']['train-ai'].preference = 'disallow') AS refuse,
  round(refuse / total, 3) AS share, round(wilson_low(refuse, total), 3) AS low, round(wilson_high(refuse, total), 3) AS high
FROM audit WHERE country IS NOT NULL GROUP BY country ORDER BY total DESC, country LIMIT 20;

-- 5. Domains that say no by one mechanism only, by mechanism.
WITH refusals AS (
  SELECT DISTINCT domain, signal.mechanism AS mechanism FROM audit, unnest(signals) AS s(signal), unnest(signal.says) AS y(says)
  WHERE says.about = 'train-ai' AND says.preference = 'disallow' AND says.form NOT IN ('wrong-value', 'implied')
)
SELECT mechanism, count(*) AS domains FROM refusals WHERE domain IN (SELECT domain FROM refusals GROUP BY domain HAVING count(*) = 1)
GROUP BY ALL ORDER BY domains DESC, 1;

-- 6. What is not known, and why: never counted as silence.
WITH found AS (SELECT reach, robots.class AS robots, verdicts['standard']['train-ai'] AS verdict FROM audit)
SELECT reach, robots, coalesce(verdict.because, 'not judged') AS because, count(*) AS domains FROM found
WHERE verdict IS NULL OR verdict.because <> 'silent' GROUP BY ALL ORDER BY domains DESC, reach, robots, because;

-- 7. The lines that decide, word for word, for one domain.
SELECT evidence[i + 1].quote AS quote, evidence[i + 1].source.url AS url, evidence[i + 1].locator ->> '$.line' AS line, evidence[i + 1].source.digest AS bytes
FROM audit, unnest(verdicts['strict']['train-ai'].evidence) AS t(i) WHERE domain = (SELECT min(domain) FROM audit WHERE len(verdicts['strict']['train-ai'].evidence) > 0);

-- 8. Contradictions, with both sides.
SELECT domain, c.kind, c.about, list_transform(c.evidence, lambda i: evidence[i + 1].quote) AS words FROM audit, unnest(contradictions) AS t(c) ORDER BY domain;

-- 9. Where two policies part: kept under rfc9309, left out under strict.
SELECT count(*) AS domains FROM audit
WHERE verdicts['rfc9309']['train-ai'].disposition = 'keep' AND verdicts['strict']['train-ai'].disposition = 'withhold';

-- 10. What the refusals weigh in a corpus, by rank where the list has one (of the flat table, without JSON).
SELECT CASE WHEN rank IS NULL THEN 'not ranked' WHEN rank <= 1000 THEN 'top 1k' WHEN rank <= 10000 THEN '1k to 10k' ELSE 'beyond' END AS band,
  round(sum(tokens) FILTER (WHERE standard_train_ai = 'withhold') / sum(tokens), 3) AS tokens_refused
FROM 'domains.parquet' GROUP BY ALL ORDER BY band;
