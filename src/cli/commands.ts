import type { Command } from 'commander';
import type { Exit } from './exit.ts';

export interface ListedCommand {
  /** What it is for, as the help says it. */
  readonly says: string;
  readonly load: () => Promise<(exit: Exit) => Command>;
}

/**
 * In the order of the help. What a command is made of is loaded when it is asked for: all of them together take longer to load than most of them take
 * to do their work, and the list and the version need none.
 */
export const commands: Readonly<Record<string, ListedCommand>> = {
  demo: {
    says: 'serve the bundled fixture web on loopback, crawl it, and show what was kept and why: the main job, offline',
    load: async () => (await import('./commands/demo.ts')).demoCommand,
  },
  init: {
    says: 'write heed.yaml, asking what is missing; refuses without operator and contact',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  crawl: {
    says: 'crawl what may be used, and record why for every URL',
    load: async () => (await import('./commands/crawl.ts')).crawlCommand,
  },
  recheck: {
    says: 'ask every origin of a dataset again what it declares, and withdraw what is refused now',
    load: async () => (await import('./commands/recheck.ts')).recheckCommand,
  },
  audit: {
    says: 'who opted out: what many domains declare, and their front pages; no text is kept',
    load: async () => (await import('./commands/audit.ts')).auditCommand,
  },
  check: {
    says: 'what a training crawler may take from a site, why, and what to mend: the publisher’s view',
    load: async () => (await import('./commands/check.ts')).checkCommand,
  },
  diff: {
    says: 'what changed between audits of the same domains: who opted out since, who came back',
    load: async () => (await import('./commands/diff.ts')).diffCommand,
  },
  explain: {
    says: 'why a URL is in or out, from stored evidence, offline',
    load: async () => (await import('./commands/explain.ts')).explainCommand,
  },
  decide: {
    says: 'judge cases from stdin: one JSON object a line in, one verdict a line out, no network',
    load: async () => (await import('./commands/decide.ts')).decideCommand,
  },
  verify: {
    says: 'check every digest, count and invariant of a dataset, and judge it again from its evidence',
    load: async () => (await import('./commands/verify.ts')).verifyCommand,
  },
  report: {
    says: 'what a crawl or an audit found, as one page, a table, or JSON',
    load: async () => (await import('./commands/report.ts')).reportCommand,
  },
  prove: {
    says: "prove that one URL's record is in a dataset, so that it can be checked without the rest",
    load: async () => (await import('./commands/prove.ts')).proveCommand,
  },
  serve: {
    says: 'run the jobs of a schedule, and show the dataset in the browser: read-only, on this machine unless told otherwise',
    load: async () => (await import('./commands/serve.ts')).serveCommand,
  },
  revoke: {
    says: 'withdraw documents at once, and never collect them again',
    load: async () => (await import('./commands/revoke.ts')).revokeCommand,
  },
  erase: {
    says: 'forget pages or everything that holds an e-mail address, and prove it',
    load: async () => (await import('./commands/erase.ts')).eraseCommand,
  },
  compact: {
    says: 'take the text of withdrawn and superseded documents out of the shards',
    load: async () => (await import('./commands/compact.ts')).compactCommand,
  },
  'apply-feed': {
    says: 'filter your copy of a corpus by its withdrawal feed, into new files',
    load: async () => (await import('./commands/apply-feed.ts')).applyFeedCommand,
  },
  policy: {
    says: 'what a policy hears and does, and what another one would change',
    load: async () => (await import('./commands/policy.ts')).policyCommand,
  },
  agents: {
    says: "the dated list of other operators' AI agents",
    load: async () => (await import('./commands/agents.ts')).agentsCommand,
  },
  'bot-page': {
    says: 'write the public page of your crawler: who it is, how to be sure, how to refuse it',
    load: async () => (await import('./commands/bot-page.ts')).botPageCommand,
  },
  schema: {
    says: 'JSON Schemas of every record, of the configuration, and the closed list of reasons',
    load: async () => (await import('./commands/schema.ts')).schemaCommand,
  },
  doctor: {
    says: 'check node, disk, DNS, clock, the browser and the dataset folder',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
};
