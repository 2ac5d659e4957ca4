import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import {
  eachLine,
  findDocument,
  findProvenance,
  type InclusionProof,
  type Located,
  leafOf,
  newestManifest,
  newestRow,
  pathOf,
  proofSchema,
  rootFrom,
  StoreError,
  signatureFlaw,
} from '../store/index.ts';
import { CodedError, exitCodes } from '../vocab/index.ts';

/**
 * That one record is in the dataset as its manifest stands, so that it can be checked without the rest: the record's line, and the way to the root of
 * its file.
 * @param kind the row that says why the URL is in or out, or its document
 * @throws CodedError ERR_URL_UNKNOWN, ERR_DATA_DAMAGED, StoreError
 */
export async function prove(out: string, url: string, kind: 'provenance' | 'documents'): Promise<InclusionProof> {
  const { manifest, sha256 } = await newestManifest(out);
  const isListed = ({ file }: Located<unknown>): boolean => manifest.resources.some(({ path }) => path === file);
  const newest = kind === 'provenance' ? await findProvenance(out, url) : await findDocument(out, url);
  // What a run that is not finished has written is in no manifest; what an earlier one said of the page still is.
  const found = newest === undefined || isListed(newest) || kind === 'documents' ? newest : await newestRow(out, url);
  const resource = found && manifest.resources.find(({ path }) => path === found.file);
  if (!found || resource?.merkle_root === undefined)
    throw new CodedError(
      'ERR_URL_UNKNOWN',
      exitCodes.usage,
      `\`${url}\` has no ${kind === 'provenance' ? 'row' : 'document'} in a finished run of \`${out}\``,
      {
        next: 'check the spelling, or look with `heed explain`',
      },
    );
  const leaves: Buffer[] = [];
  let record = '';
  await eachLine(out, found.file, (line, index) => {
    leaves.push(leafOf(line));
    if (index === found.line - 1) record = line;
  });
  const path = pathOf(Buffer.concat(leaves), found.line - 1);
  // A proof that does not hold is none, whoever asks for it.
  if (rootFrom(leafOf(record), found.line - 1, resource.records, path) !== resource.merkle_root)
    throw new StoreError(
      'ERR_DATA_DAMAGED',
      `\`${found.file}\` does not have the root that the manifest says; \`heed verify\` names the line, restore the file from a copy`,
    );
  return {
    type: 'heed-inclusion-proof',
    version: 1,
    url,
    manifest: { run: manifest.run, sha256 },
    resource: { path: resource.path, records: resource.records, merkle_root: resource.merkle_root },
    line: found.line,
    record,
    path,
  };
}

export interface ProofCheck {
  readonly url: string;
  readonly run: string;
  /** The manifest was there and is the one that the proof names. */
  readonly hasManifest: boolean;
  readonly failures: readonly string[];
}

interface ProofFiles {
  readonly proof: string;
  readonly manifest?: string | undefined;
  /** DSSE envelope of that manifest, with the key it is to be signed with. */
  readonly signature?: { readonly envelope: string; readonly key: KeyObject } | undefined;
}

/** Pure: checks a proof against nothing but the files given. */
export function checkProof({ proof: text, manifest, signature }: ProofFiles): ProofCheck {
  const parsed = proofSchema.safeParse(jsonOf(text));
  if (!parsed.success) return { url: '', run: '', hasManifest: false, failures: ['this is no proof that heed made'] };
  const { url, resource, line, record, path, manifest: named } = parsed.data;
  const failures: string[] = [];
  const root = rootFrom(leafOf(record), line - 1, resource.records, path);
  if (root !== resource.merkle_root)
    failures.push(`the record is not line ${line} of ${resource.path} under the root that the proof names`);
  if ((jsonOf(record) as { url?: unknown } | undefined)?.url !== url) failures.push(`the record is not about ${url}`);
  if (manifest !== undefined) {
    if (hash('sha256', manifest) !== named.sha256)
      failures.push(`the manifest is not that of run ${named.run} as the proof names it`);
    const { run, resources } = (jsonOf(manifest) ?? {}) as {
      run?: string;
      resources?: { path: string; merkle_root?: string; records: number }[];
    };
    const listed = resources?.find(other => other.path === resource.path);
    if (run !== named.run || listed?.merkle_root !== resource.merkle_root || listed.records !== resource.records)
      failures.push(`the manifest does not list ${resource.path} with this root`);
  }
  const flaw = signature && signatureFlaw(signature.envelope, named.run, named.sha256, signature.key);
  if (flaw !== undefined) failures.push(`the manifest's signature ${flaw}`);
  return { url, run: named.run, hasManifest: manifest !== undefined, failures };
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** @throws CodedError ERR_KEY (exit 3) */
export function publicKeyOf(pem: string): KeyObject {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Told below.
  }
  throw new CodedError('ERR_KEY', exitCodes.config, 'the key is no Ed25519 public key in PEM', {
    next: 'make it with `openssl pkey -in signing-key.pem -pubout`',
  });
}
