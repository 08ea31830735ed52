// What an attacker does to a pack: with a text editor, or with the operator's keys in hand.
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cosigner, noteSigner } from '../../../lib/adapters/crypto/signers.ts';
import type { Signer } from '../../../lib/application/ports/signer.ts';
import { STATEMENT_PAYLOAD_TYPE } from '../../../lib/domain/attestation/bytes/envelope.ts';
import { signEnvelope } from '../../../lib/domain/attestation/bytes/sign-envelope.ts';
import { hexText, utf8Bytes, utf8Text } from '../../../lib/domain/attestation/bytes/text-bytes.ts';
import { rootOf } from '../../../lib/domain/attestation/log/frontier.ts';
import { leafHash } from '../../../lib/domain/attestation/log/merkle-hash.ts';
import { cosignCheckpoint, signCheckpoint } from '../../../lib/domain/attestation/log/sign-checkpoint.ts';
import type { Instant } from '../../../lib/domain/time.ts';
import { freshFolder, type newKeys, ORIGIN, WITNESS } from './sealed-world.ts';

/** A row as a pack has it. */
export interface Row {
  readonly index: number;
  readonly leafHash: string;
  readonly envelope: string;
}

/** A copy of a pack, to be altered. */
export async function copyOf(path: string): Promise<string> {
  const copy = join(await freshFolder(), 'pack');
  await cp(path, copy, { recursive: true });
  return copy;
}

/** Changes the text of one file. */
export async function edit(path: string, name: string, change: (text: string) => string): Promise<void> {
  await writeFile(join(path, name), change(await readFile(join(path, name), 'utf8')));
}

/** The rows of a pack. */
export async function rowsOf(path: string): Promise<Row[]> {
  const text = await readFile(join(path, 'attestations.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

/** Writes rows as they are. */
export async function writeRows(path: string, rows: readonly Row[]): Promise<void> {
  await writeFile(
    join(path, 'attestations.jsonl'),
    rows
      .map(({ index, leafHash, envelope }) => `${JSON.stringify({ index, leafHash, envelope })}\n`)
      .join(''),
  );
}

/** The row of an envelope, its leaf hash made right. */
export function rowOf(index: number, envelope: string): Row {
  return { index, leafHash: hexText(leafHash(utf8Bytes(envelope))), envelope };
}

/** The statement in a row. */
export function statementIn(row: Row): {
  predicateType: string;
  subject: unknown;
  predicate: Record<string, unknown>;
} {
  const { payload } = JSON.parse(row.envelope) as { payload: string };
  return JSON.parse(Buffer.from(payload, 'base64').toString('utf8'));
}

/** Signs any text as a statement. */
export async function signText(body: string, signer: Signer): Promise<string> {
  return utf8Text(await signEnvelope(STATEMENT_PAYLOAD_TYPE, utf8Bytes(body), signer));
}

/** The hostile operator: writes rows and signs (and has cosigned) a head that fits them. */
export async function rewriteLog(
  path: string,
  envelopes: readonly string[],
  { keys, at }: { readonly keys: ReturnType<typeof newKeys>; readonly at: Instant },
): Promise<void> {
  const rows = envelopes.map((envelope, index) => rowOf(index, envelope));
  await writeRows(path, rows);
  const root = rootOf(rows.map(({ envelope }) => leafHash(utf8Bytes(envelope))));
  const note = await signCheckpoint({ size: rows.length, root }, noteSigner(ORIGIN, keys.log));
  const cosigned = await cosignCheckpoint(
    note,
    cosigner(WITNESS, keys.witness),
    Math.floor(Date.parse(at) / 1000),
  );
  await writeFile(join(path, 'checkpoint'), cosigned);
  await writeFile(
    join(path, 'checkpoints.jsonl'),
    `${JSON.stringify({ note: cosigned, consistency: [] })}\n`,
  );
  await edit(path, 'pack.json', (text) => {
    const manifest = JSON.parse(text) as Record<string, unknown>;
    return JSON.stringify({
      ...manifest,
      rows: rows.length,
      range: { from: 0, to: rows.length },
      log: { size: rows.length, root: hexText(root) },
    });
  });
}
