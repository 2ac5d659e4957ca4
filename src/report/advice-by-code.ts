/** What a publisher is told about each departure from a specification, and how to mend it. A test holds the table against the vectors. */
export interface Advice {
  /** What is wrong, as one sentence. */
  readonly meaning: string;
  /** What to do, as one sentence. */
  readonly fix: string;
}

export const entry = (meaning: string, fix: string): Advice => ({ meaning, fix });

/** By whole code. */
export const byCode: Readonly<Record<string, Advice>> = {
  'robots.misspelt-directive': entry(
    'A record name in robots.txt is misspelt; crawlers that follow RFC 9309 to the letter skip the line.',
    'Write the name letter by letter as its specification does: `User-agent:`, `Disallow:`, `Content-Signal:`, `License:`.',
  ),
  'robots.missing-colon': entry(
    'A record in robots.txt has no colon; crawlers that follow RFC 9309 to the letter skip the line.',
    'Put a colon between name and value: `Disallow: /path`.',
  ),
  'robots.joined-lines': entry(
    'Two records of robots.txt stand on one line; only the first is read by the grammar.',
    'Give every record a line of its own.',
  ),
  'robots.invisible-characters': entry(
    'A line of robots.txt holds invisible characters, which hide its record from crawlers.',
    'Retype the line in a plain text editor and save as UTF-8 without byte order marks inside.',
  ),
  'robots.decorated-token': entry(
    'A User-agent line names more than one bare token (a list, a version, a `*` at the end); by RFC 9309 it names nobody.',
    'Write one `User-agent: token` line for each crawler.',
  ),
  'robots.rule-outside-group': entry(
    'A rule stands before the first User-agent line and belongs to nobody.',
    'Put a `User-agent:` line above it, `User-agent: *` for everyone.',
  ),
  'robots.pattern-without-slash': entry(
    'The path of a rule starts with neither `/` nor `*`, so it matches nothing.',
    'Start the path with `/`: `Disallow: /private/`.',
  ),
  'robots.html': entry(
    '/robots.txt answers with an HTML page; crawlers find no rules in it.',
    'Serve a text file, or answer 404 where there are no rules.',
  ),
  'robots.no-record': entry(
    '/robots.txt holds not one record of robots.txt.',
    'Write at least `User-agent: *` and a rule, or answer 404.',
  ),
  'robots.not-text': entry(
    '/robots.txt holds octets that are no text, such as an image or a compressed file; no crawler can read rules in it.',
    'Serve plain UTF-8 text, and name a compression in `Content-Encoding`, or answer 404 where there are no rules.',
  ),
  'robots.utf-16': entry('/robots.txt is UTF-16; most crawlers read nothing in it.', 'Save the file as UTF-8.'),
  'robots.cut': entry(
    '/robots.txt is longer than the 500 KiB that crawlers read; the rest does not count.',
    'Shorten it: patterns with `*` replace lists of paths.',
  ),
  'robots.too-many-records': entry(
    'More records of one kind cover this page than are read, and what the others say is not known.',
    'Say each preference once for each group and path.',
  ),
  'robots.access-refused': entry(
    '/robots.txt itself is refused (401, 403 or another 4xx). RFC 9309 lets crawlers fetch everything then; cautious ones fetch nothing.',
    'Let everyone read /robots.txt, and say in it what is closed.',
  ),
  'robots.lenient-restriction': entry(
    'A refusal was understood although it is not written by the grammar; not every crawler will understand it.',
    'Correct the line so that all crawlers obey it.',
  ),
  'robots.inherited-reservation': entry(
    'A preference stands in the `*` group only, and a crawler that has a group of its own does not read that.',
    'Repeat the line in each group that names a crawler.',
  ),
  'content-usage.malformed': entry(
    'Content-Usage cannot be parsed (RFC 9651 Dictionary), so all of it is lost, the refusals too.',
    'Write lower-case keys with `=n` or `=y`, separated by commas: `train-ai=n, search=y`.',
  ),
  'content-usage.wrong-value': entry(
    'Content-Usage has a value other than `y` and `n`, which states nothing.',
    'Write `=n` to refuse or `=y` to allow, without quotation marks.',
  ),
  'content-usage.unknown-label': entry(
    'Content-Usage uses a category that the draft does not know.',
    'Use `train-ai`, `ai-use` or `search`.',
  ),
  'content-usage.legacy-label': entry(
    'Content-Usage uses a category of an older draft; only strict readers still hear it.',
    'Use the present name, `train-ai` for training.',
  ),
  'content-usage.duplicate-key': entry(
    'Content-Usage names one category twice; the last value wins, and an earlier refusal is taken back.',
    'Name every category once.',
  ),
  'content-usage.parameter': entry(
    'Parameters in Content-Usage have no meaning and are ignored.',
    'Leave out what follows the semicolon.',
  ),
  'content-usage.path-only': entry(
    'A Content-Usage record has a path and no preference behind it: a blank is missing.',
    'Write path, blank, preference: `Content-Usage: /path train-ai=n`.',
  ),
  'content-signal.separator': entry(
    'The pairs of Content-Signal are not separated by commas, or a colon stands where the equals sign belongs.',
    'Write `Content-Signal: search=yes, ai-train=no`.',
  ),
  'content-signal.unknown-key': entry(
    'Content-Signal has a key that is not specified.',
    'Use `search`, `ai-input` and `ai-train`.',
  ),
  'content-signal.use': entry(
    'The `use` key of Content-Signal is recorded; it states no preference here.',
    'Nothing needs to be done; say `ai-train=no` to refuse training.',
  ),
  'content-signal.vendor-default': entry(
    'A Content-Signal field of nothing but `yes` is a default of the network in front of the site and is not taken for a permission.',
    'To permit training, say `Content-Signal: ai-train=yes` in robots.txt.',
  ),
  'content-signal.wrong-value': entry(
    'Content-Signal has a value other than `yes` and `no`.',
    'Write `ai-train=no` or `ai-train=yes`.',
  ),
  'disallow-ai-training.wrong-value': entry(
    'DisallowAITraining has a value that is no path.',
    'Write `DisallowAITraining: /` for the whole site.',
  ),
  'field.too-long': entry(
    'A header field is longer than is read, so a refusal may stand in the rest.',
    'Say it once, in one short field.',
  ),
  'robots-directives.malformed': entry(
    'The Robots-Tag field cannot be parsed (RFC 9651), so nothing in it counts.',
    'Write `Robots-Tag: *;noai`, lower case and without blanks inside.',
  ),
  'robots-directives.unknown-directive': entry(
    'A robots directive of this page is not known.',
    'Check the spelling: `noai`, `noimageai`, `noindex`, `noarchive`, `nosnippet`.',
  ),
  'robots-directives.unreadable-date': entry(
    'The date of `unavailable_after` cannot be read.',
    'Write it as `2027-01-31T00:00:00Z`.',
  ),
  'robots-directives.images-only': entry(
    '`noimageai` speaks of images only; the text of the page stays open.',
    'Add `noai` where the text is meant too.',
  ),
  'robots-directives.other-agent': entry(
    'A robots directive names another crawler and does not speak to this one.',
    'Leave out the name where all crawlers are meant.',
  ),
  'robots-directives.lenient-restriction': entry(
    'A robots directive was understood although it is not written by the grammar.',
    'Separate directives with commas, without quotation marks: `noindex, noai`.',
  ),
  'robots-directives.missing-content': entry(
    'A robots meta element has no `content`, so it says nothing.',
    'Write `<meta name="robots" content="noai">`.',
  ),
  'markup.cut-off': entry(
    'The page arrived incomplete, so a refusal may stand in the part that is missing.',
    'Send the whole page, and put refusals into its first lines or into a header field.',
  ),
  'markup.disguised': entry(
    'The page is not what its Content-Type says, so its markup is not trusted.',
    'Send the media type that fits, `text/html; charset=utf-8` for pages.',
  ),
  'markup.doubtful-encoding': entry(
    'The page is not in the character encoding it declares, or is in UTF-16 and does not say so; its elements cannot be read.',
    'Save the page as UTF-8 and send `text/html; charset=utf-8`.',
  ),
  'markup.shifting-encoding': entry(
    'The page is in a character encoding whose bytes change their meaning on the way; nobody can tell where its elements stand.',
    'Save the page as UTF-8.',
  ),
  'markup.too-many-elements': entry(
    'The page has more elements of this kind than are read, so a refusal may stand in the rest.',
    'Say it once, in the head of the page.',
  ),
  'markup.nosnippet-part': entry(
    'A part of the page is marked `data-nosnippet`; the rest stays open.',
    'Nothing needs to be done; `<meta name="robots" content="nosnippet">` speaks of the whole page.',
  ),
  'tdmrep.missing-reservation': entry(
    'A rule of tdmrep.json has no `tdm-reservation`, so it states nothing.',
    'Add `"tdm-reservation": 1` to reserve.',
  ),
  'tdmrep.not-a-rule': entry(
    'An element of tdmrep.json is no rule object.',
    'Every element is an object with `location` and `tdm-reservation`.',
  ),
  'tdmrep.not-an-array': entry('tdmrep.json is not a JSON array.', 'Put the rules into `[ … ]`.'),
  'tdmrep.too-many-rules': entry('tdmrep.json has more rules than are read.', 'Use patterns with `*` in place of lists.'),
  'tdmrep.too-deep': entry('tdmrep.json nests too deeply to be read.', 'It is a plain array of flat objects.'),
  'tdmrep.misspelt-member': entry(
    'A member of a rule in tdmrep.json is misspelt.',
    'The members are `location`, `tdm-reservation` and `tdm-policy`.',
  ),
  'tdmrep.missing-location': entry(
    'A rule of tdmrep.json has no `location`; by the report it reserves nothing.',
    'Add `"location": "/"` for the whole site.',
  ),
  'tdmrep.misplaced-location': entry(
    'The `location` of a rule in tdmrep.json is not a path of this site.',
    'Write a path that starts with `/`, for this host only.',
  ),
  'tdmrep.foreign-location': entry(
    'A rule of tdmrep.json speaks of another host, where it has no effect.',
    'Put it into the tdmrep.json of that host.',
  ),
  'tdmrep.later-reservation': entry(
    'In tdmrep.json the first rule that matches decides; a later, more exact reservation is never reached.',
    'Move the more exact rule up.',
  ),
  'tdmrep.lift-not-heard': entry(
    'One carrier both reserves and lifts a reservation; the reservation counts.',
    'Keep the one that is meant.',
  ),
  'tdmrep.policy': entry(
    'A TDM policy stands beside the reservation; crawlers do not negotiate it.',
    'Nothing needs to be done.',
  ),
  'tdmrep.wrong-value': entry(
    '`tdm-reservation` has a value other than 1 and 0, which states nothing.',
    'Write 1 to reserve the rights.',
  ),
  'ai-txt.other-format': entry(
    'ai.txt is not in the format that training crawlers read.',
    'Write `User-Agent: *` and `Disallow: /`.',
  ),
  'ai-txt.front-matter': entry(
    'ai.txt is a document about the site and refuses nothing.',
    'Say refusals in robots.txt or tdmrep.json.',
  ),
  'ai-txt.pattern-without-slash': entry(
    'A rule of ai.txt is neither a path nor a kind of file, so it matches nothing.',
    'Write `/path` or `*.jpg`.',
  ),
  'ai-txt.unknown-pattern': entry(
    'A rule of ai.txt is written in a notation that names neither a kind of file nor a path, so it is not understood.',
    'Write one rule per line: `Disallow: *.html`, `Disallow: *.jpg`, or `Disallow: /` for everything.',
  ),
  'rsl.unobtainable': entry(
    'An RSL licence is declared and cannot be had. Cautious crawlers take that for a refusal; others go on as if no licence were declared.',
    'Publish the licence at the address given, or remove the pointer.',
  ),
  'rsl.not-covering': entry(
    'The RSL licence that is declared for this page covers another part of the site.',
    'Give a `content` whose `url` covers the page.',
  ),
  'rsl.content-without-license': entry(
    'A `content` element of the RSL document holds no `license`, so nobody can evaluate it.',
    'Add `<license>` with `<permits>` or `<prohibits>`.',
  ),
  'rsl.conditions-unmet': entry(
    'The RSL licence asks for conditions that a crawler cannot know it meets; it permits nothing.',
    'Nothing needs to be done where that is meant; `<prohibits type="usage">ai-train</prohibits>` refuses in all policies.',
  ),
  'rsl.foreign-scope': entry('An RSL `content` speaks of another origin, where it has no effect.', 'Publish it at that origin.'),
  'rsl.unplaceable-scope': entry(
    'The `url` of an RSL `content` names no place of this site.',
    'Write a path that starts with `/`.',
  ),
  'rsl.legacy-token': entry('The RSL document uses a name of an earlier draft.', 'Use `ai-train` for training.'),
  'rsl.unknown-token': entry(
    'The RSL document uses a name that RSL 1.0 does not know.',
    'Use the names of RSL 1.0, `ai-train` for training.',
  ),
  'rsl.unknown-element': entry(
    'The RSL document holds an element that RSL 1.0 does not know; it permits nothing.',
    'Remove the element.',
  ),
  'rsl.namespace': entry(
    'The RSL document lacks its namespace; it can refuse, and permits nothing.',
    'Write `<rsl xmlns="https://rslstandard.org/rsl">`.',
  ),
  'rsl.relative-pointer': entry('The pointer to the RSL licence is a relative URL.', 'Write it with scheme and host.'),
  'rsl.unusable-pointer': entry('The pointer to the RSL licence is no http(s) URL.', 'Write an absolute https URL.'),
  'rsl.too-many-pointers': entry(
    'More RSL licences are declared than are read, so a refusal may stand in the rest.',
    'Put the terms into one document.',
  ),
  'rsl.inherited-license': entry(
    'An RSL licence is declared in the `*` group only, and a crawler that has a group of its own does not read that.',
    'Write the `License:` line before all groups, or repeat it in each group that names a crawler.',
  ),
  'rsl.anchored-elsewhere': entry(
    'The Link field describes another resource than this page.',
    'Leave out `anchor` where this page is meant.',
  ),
  'link.malformed': entry(
    'The Link field cannot be parsed.',
    'Write `Link: <https://…/license.xml>; rel="license"; type="application/rsl+xml"`.',
  ),
  'http.price-asked': entry(
    'The page asks for a payment (402); crawlers do not pay and do not keep it.',
    'Nothing needs to be done.',
  ),
  'xmp.lenient-grant': entry(
    'A permission in the file’s metadata is not written as IPTC specifies, so it permits nothing.',
    'Write the full PLUS identifier, `http://ns.useplus.org/ldf/vocab/DMI-ALLOWED`.',
  ),
  'xmp.unknown-value': entry(
    'The Data Mining property of the file has a value that PLUS does not know.',
    'Use a value of the PLUS vocabulary, such as DMI-PROHIBITED-AIMLTRAINING.',
  ),
  'c2pa.unknown-use': entry(
    'A training assertion of the file has a use that is not specified.',
    'Write `allowed`, `notAllowed` or `constrained`.',
  ),
  'asset.compressed-metadata': entry(
    'The file holds metadata that is compressed, encrypted or in an unusual encoding, so a refusal in it is not seen by most crawlers.',
    'Save the metadata (XMP, C2PA) uncompressed, in UTF-8, or declare the same in a response field.',
  ),
  'operator.unsigned-denial': entry(
    'A denial kept by the crawler’s operator is not signed; it counts all the same.',
    'This is for the operator: sign the record.',
  ),
  'operator.unsigned-grant': entry(
    'A grant kept by the crawler’s operator is not signed and does not count.',
    'This is for the operator: sign the record.',
  ),
  'operator.expired': entry(
    'A record kept by the crawler’s operator has ended.',
    'This is for the operator: renew or remove it.',
  ),
  'operator.not-yet': entry(
    'A record kept by the crawler’s operator has not begun.',
    'This is for the operator: check its dates.',
  ),
  'operator.undated-question': entry('A dated record cannot be weighed where no time is known.', 'This is for the operator.'),
};
