import { Command } from 'commander';
import type { ErasureRequest, Masked } from '../../upkeep/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import type { Exit } from '../exit.ts';
import { linesOfSelectors, nothingNamed, receivedAt, selectorsOf } from '../flags/selectors.ts';
import { upkeepOptions, withUpkeepFlags } from '../flags/upkeep-options.ts';
import { plain, type Terminal } from '../talk/terminal.ts';
import { collect, command, terminalOf } from './command.ts';

const help = `
An e-mail address is never a word of the command line, where process lists and the shell's history would keep it: it is read from a file or from
standard input. What stays of it is a keyed digest (key: state/erasure.key; to change it write a new key above it, one a line).

Addresses are masked in texts, so a page may name a person and its document not. A crawl with --email-index remembers, by keyed digest, which document
an address was masked in, and such pages are erased, too; of documents collected without it, plan, apply and verify say how many cannot be told.

Examples:
  heed erase plan --out dataset --email request.txt
  heed erase apply --out dataset --email - --reason "Art. 17" --ticket E-3 < request.txt
  heed erase verify --out dataset --url https://site.example/people/1`;

/** For personal-data requests: what is named leaves documents, provenance, evidence and tombstones, and is not collected again. */
export function eraseCommand(exit: Exit): Command {
  // No flags of its own, as with `policy`.
  const erase = new Command('erase').addHelpText('after', help);
  return erase.addCommand(planCommand()).addCommand(applyCommand(exit)).addCommand(verifyCommand(exit));
}

const withSelectors = (name: string, description: string): Command =>
  withUpkeepFlags(command(name, description))
    .option('--url <url>', 'this page (repeatable)', collect)
    .option('--prefix <url>', 'all URLs of one origin that begin so (repeatable)', collect)
    .option('--domain <name>', 'this host and all hosts below it (repeatable)', collect)
    .option('--digest <sha256>', 'of a text or of the bytes of a page (repeatable)', collect)
    .option('--from <file|->', 'a file of them: a URL a line, or `domain site.example`')
    .option('--email <file|->', 'a file of e-mail addresses, one a line; `-` for standard input')
    .addHelpText('after', help);

const planCommand = (): Command =>
  withSelectors('plan', 'what would go, by shard; changes nothing').action(async options => {
    const terminal = terminalOf(options);
    const { planErasure } = await import('../../upkeep/index.ts');
    const plan = await planErasure(options.out, await requestOf(options, terminal));
    if (terminal.isJson) return terminal.data(`${JSON.stringify(plan)}\n`);
    for (const [shard, documents] of Object.entries(plan.byShard))
      await terminal.data(`${String(documents).padStart(7)}  in ${shard}\n`);
    await terminal.data(
      `${plan.documents} documents and what ${plan.rows} rows say would go; nothing was changed${declarationsNote(plan.declarations)}\n`,
    );
    await tellMasked(plan, terminal);
  });

const applyCommand = (exit: Exit): Command =>
  withSelectors('apply', 'withdraw, rewrite the files, forget, and suppress; exit 14 where something is left')
    .requiredOption('--reason <text>', 'why, in words, without personal data: stands in the manifest')
    .option('--ticket <id>', 'the request it answers')
    .option('--received <instant>', 'when the request came in, as 2026-11-26T10:00:00Z (default now)')
    .action(async options => {
      const terminal = terminalOf(options);
      const { erase } = await import('../../upkeep/index.ts');
      const { reason, ticket } = options;
      const request = await requestOf(options, terminal);
      const summary = await erase({
        ...upkeepOptions(options),
        request,
        reason,
        ticket,
        sightedAt: receivedAt(options.received),
      });
      if (!summary.isDone) exit.code = exitCodes.verification;
      if (terminal.isJson) return terminal.data(`${JSON.stringify(summary)}\n`);
      await terminal.data(
        `run ${summary.run}: ${summary.documents} documents erased, with what ${summary.rows} rows and ${summary.proofs} proofs said${declarationsNote(summary.declarations)}\n`,
      );
      await tellMasked(summary, terminal);
      if (summary.proofsLeft > 0)
        await terminal.data(
          `${terminal.style('red', 'LEFT')} ${summary.proofsLeft} proofs could not be replaced: please report it\n`,
        );
      await tellRemaining(summary.remaining, terminal);
      if (summary.isDone) return;
      const { documents, rows } = summary.left;
      await terminal.data(
        `${terminal.style('red', 'LEFT')}: ${documents} documents, ${rows} rows, ${summary.remaining.length} other places; finish the crawl that is not finished, if there is one, then run this command again\n`,
      );
    });

const verifyCommand = (exit: Exit): Command =>
  withSelectors('verify', 'look through every file, decompressed; exit 14 where something is left').action(async options => {
    const terminal = terminalOf(options);
    const { verifyErasure } = await import('../../upkeep/index.ts');
    const verification = await verifyErasure(options.out, await requestOf(options, terminal));
    if (!verification.isDone) exit.code = exitCodes.verification;
    if (terminal.isJson) return terminal.data(`${JSON.stringify(verification)}\n`);
    await tellRemaining(verification.remaining, terminal);
    const { documents, rows, files, declarations, isDone } = verification;
    await terminal.data(
      isDone
        ? `${terminal.style('green', 'nothing is left')} in ${files} files${declarationsNote(declarations)}\n`
        : `${terminal.style('red', 'LEFT')}: ${documents} documents, ${rows} rows, ${verification.remaining.length} other places\n`,
    );
    await tellMasked(verification, terminal);
  });

const declarationsNote = (count: number): string =>
  count === 0 ? '' : `; ${count} declarations of origins hold it and stay, as evidence of what they said`;

/** What nobody can know is said, not left out. */
async function tellMasked({ masked, unindexed }: Masked, terminal: Terminal): Promise<void> {
  if (masked > 0) await terminal.data(`${masked} pages have it masked in their text, as the index of masked addresses says\n`);
  if (unindexed > 0)
    await terminal.data(
      `${terminal.style('yellow', 'NOT KNOWN')}: ${unindexed} more documents have some address masked in their text, collected without --email-index: whether it is this one cannot be told\n`,
    );
}

async function tellRemaining(
  remaining: readonly { readonly file: string; readonly at: number }[],
  terminal: Terminal,
): Promise<void> {
  for (const { file, at } of remaining) await terminal.data(`${terminal.style('red', 'LEFT')} ${plain(file)} at ${at}\n`);
}

/** @throws CodedError ERR_USAGE, ERR_ADDRESS_ON_COMMAND_LINE, ERR_SELECTOR */
async function requestOf(options: Readonly<Record<string, unknown>>, terminal: Terminal): Promise<ErasureRequest> {
  const selectors = await selectorsOf(options, ['url', 'prefix', 'domain', 'digest']);
  const addresses = typeof options.email === 'string' ? await addressesOf(options.email, terminal) : [];
  if (selectors.length + addresses.length === 0)
    throw nothingNamed('pass --url, --prefix, --domain, --digest, --from FILE or --email FILE');
  return { selectors, addresses };
}

async function addressesOf(file: string, { talk, isInteractive }: Terminal): Promise<readonly string[]> {
  if (file.includes('@'))
    throw new CodedError(
      'ERR_ADDRESS_ON_COMMAND_LINE',
      exitCodes.usage,
      'an address on the command line is kept by the shell and shown by the system',
      { next: 'write it into a file and pass --email FILE, or pass --email - and type it' },
    );
  if (file === '-' && isInteractive && process.stdin.isTTY) talk('e-mail address (end with Ctrl-D): ');
  const addresses: string[] = [];
  for await (const { text, number } of linesOfSelectors(file, 1_024)) {
    if (text === null)
      throw new CodedError('ERR_ADDRESS', exitCodes.usage, `line ${number} of what was given is no e-mail address`, {
        next: 'give one address a line, like name@site.example',
      });
    if (text.trim() !== '') addresses.push(text.trim());
  }
  if (addresses.length === 0) throw nothingNamed('give one address a line, like name@site.example');
  return addresses;
}
