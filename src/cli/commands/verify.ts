import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Verification } from '../../upkeep/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import type { Exit } from '../exit.ts';
import { spanMs } from '../flags/spans.ts';
import { bar } from '../talk/bar.ts';
import { plain, type Terminal } from '../talk/terminal.ts';
import { command, terminalOf } from './command.ts';

export const verifyCommand = (exit: Exit): Command =>
  command('verify')
    .argument('[dir]', 'dataset folder')
    .option(
      '--withdraw-within <span>',
      'hold withdrawals to this limit instead of the declared one; 0: nothing may wait for compaction',
    )
    .option('--key <file>', 'public Ed25519 key (PEM): the manifest must be signed with it')
    .option('--proof <file>', 'check one proof that `heed prove` made, instead of a dataset')
    .option('--manifest <file>', 'the manifest that the proof is held against')
    .addHelpText(
      'after',
      `
Examples:
  heed verify dataset
  heed verify --proof proof.json --manifest manifests/20261127T100000Z-ab12cd.json --key publisher.pem`,
    )
    .action(async (dir: string | undefined, options) => {
      const terminal = terminalOf(options);
      if (options.proof !== undefined) return verifyProof(options, terminal, exit);
      if (dir === undefined)
        throw new CodedError('ERR_USAGE', exitCodes.usage, 'what is to be verified?', {
          next: 'name a dataset folder, or --proof FILE',
        });
      return verifyDataset(dir, options, terminal, exit);
    });

interface VerifyFlags {
  readonly withdrawWithin?: string;
  readonly key?: string;
  readonly proof?: string;
  readonly manifest?: string;
}

async function verifyDataset(dir: string, { withdrawWithin, key }: VerifyFlags, terminal: Terminal, exit: Exit): Promise<void> {
  const { publicKeyOf, verify } = await import('../../upkeep/index.ts');
  const progress = bars(terminal);
  const { run, checked, withdrawals, signatures, failures } = await verify(dir, {
    onProgress: progress.at,
    nowMs: Date.now(),
    ...(withdrawWithin === undefined ? {} : { withinMs: spanMs('withdraw-within', withdrawWithin) }),
    ...(key === undefined ? {} : { key: publicKeyOf(textOf(key)) }),
  });
  progress.end();
  if (failures.length > 0) exit.code = exitCodes.verification;
  if (terminal.isJson)
    return terminal.data(`${JSON.stringify({ run, ok: failures.length === 0, checked, withdrawals, signatures, failures })}\n`);
  const sums = `${checked.files} files, ${checked.documents} documents, ${checked.provenance} records, ${checked.evidence} pieces of evidence, ${checked.rejudged} verdicts judged again`;
  for (const { check, where, message } of failures)
    await terminal.data(`${terminal.style('red', 'FAILED')} ${check}: ${plain(where)} ${plain(message)}\n`);
  await terminal.data(
    `${failures.length === 0 ? terminal.style('green', 'verified') : `${failures.length} failures`} ${run}: ${sums}\n`,
  );
  await terminal.data(`${signaturesText(signatures, key !== undefined)}\n`);
  const { pending, slowestMs, late } = withdrawals;
  if (pending + slowestMs + late > 0)
    await terminal.data(
      `withdrawals: ${pending} documents wait for heed compact; the slowest took ${(slowestMs / 3_600_000).toFixed(1)} h from request to removal, ${late} were late\n`,
    );
}

const namedAtMost = 5;

function signaturesText({ signed, unsigned }: Verification['signatures'], isHeld: boolean): string {
  const runs = signed.length + unsigned.length;
  if (signed.length === 0) return `manifests: none of ${runs} signed${isHeld ? ' with this key' : ''}`;
  const more = unsigned.length > namedAtMost ? `, and ${unsigned.length - namedAtMost} more` : '';
  const not = unsigned.length === 0 ? '' : `; not: ${unsigned.slice(-namedAtMost).join(', ')}${more}`;
  return `manifests: ${signed.length} of ${runs} ${isHeld ? 'signed with this key' : 'signed, by whom --key FILE tells'}${not}`;
}

async function verifyProof({ proof = '', manifest, key }: VerifyFlags, terminal: Terminal, exit: Exit): Promise<void> {
  const { checkProof, publicKeyOf } = await import('../../upkeep/index.ts');
  if (key !== undefined && manifest === undefined)
    throw new CodedError('ERR_USAGE', exitCodes.usage, '--key speaks of a manifest, and none was given', {
      next: 'pass --manifest FILE too',
    });
  const { url, run, hasManifest, failures } = checkProof({
    proof: textOf(proof),
    ...(manifest === undefined ? {} : { manifest: textOf(manifest) }),
    ...(key === undefined ? {} : { signature: { envelope: textOf(`${manifest}.dsse`), key: publicKeyOf(textOf(key)) } }),
  });
  if (failures.length > 0) exit.code = exitCodes.verification;
  if (terminal.isJson)
    return terminal.data(`${JSON.stringify({ ok: failures.length === 0, url, run, hasManifest, failures })}\n`);
  for (const failure of failures) await terminal.data(`${terminal.style('red', 'FAILED')} ${plain(failure)}\n`);
  if (failures.length === 0)
    await terminal.data(
      `${terminal.style('green', 'proved')} ${plain(url)} is in run ${run}${hasManifest ? '' : ', if its manifest is the one that the proof names: hold it against it with --manifest FILE'}\n`,
    );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CodedError('ERR_FILE_UNREADABLE', exitCodes.usage, `cannot read \`${file}\``, { next: 'check the path', cause });
  }
}

/** A bar for each step. */
function bars(terminal: Terminal): { at(step: string, done: number, total: number): void; end(): void } {
  let [shown, current] = [bar(terminal, ''), ''];
  return {
    at(step, done, total) {
      if (step !== current) {
        shown.end();
        [shown, current] = [bar(terminal, step.padEnd(8)), step];
      }
      shown.at(done, total);
    },
    end: () => shown.end(),
  };
}
