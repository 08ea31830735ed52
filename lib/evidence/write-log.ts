// The part of a pack that is the log: head, keys, rows, proofs.
import { base64Text, hexBytes, utf8Bytes } from '../domain/attestation/bytes/text-bytes.ts';
import { parseCheckpoint, treeSizeOf } from '../domain/attestation/log/checkpoint.ts';
import { type MerkleTree, merkleTree } from '../domain/attestation/log/merkle-tree.ts';
import { parseNote } from '../domain/attestation/log/signed-note.ts';
import { formatVerifierKey, SIGNATURE_TYPE, verifierKey } from '../domain/attestation/log/verifier-key.ts';
import { keyFile, PACK_FILES } from '../verification/pack/pack-files.ts';
import { canonicalFile } from '../verification/reports/canonical-file.ts';
import type { Export } from './export-evidence.ts';
import { readme } from './readme.ts';
import { selectedRows } from './select-rows.ts';

/** Up to this many entries a tree in memory proves faster than tiles do. */
const TREE_IN_MEMORY = 500_000;

/** Writes head, keys, rows and proofs. */
export async function writeLog(given: Export): Promise<void> {
  const { out, manifest, note } = given;
  await out.file(PACK_FILES.readme, readme(manifest));
  await out.file(PACK_FILES.manifest, canonicalFile(manifest));
  await out.file(PACK_FILES.checkpoint, note);
  await writeKeys(given);
  await out.file(PACK_FILES.attestations, attestationLines(given));
  await out.file(PACK_FILES.ids, idLines(given));
  const isWhole = manifest.range?.from === 0 && manifest.range.to === manifest.log.size;
  if (!isWhole) await out.file(PACK_FILES.proofs, proofLines(given));
  await out.file(PACK_FILES.checkpoints, checkpointLines(given));
}

async function writeKeys({ out, ledger, witnessKeys, manifest }: Export): Promise<void> {
  const ranges = (await ledger.keyRanges()).filter(({ from }) => from !== undefined);
  for (const { use, keyId, publicKey } of ranges) {
    if (use === 'attestation') await out.file(keyFile(keyId), pem(publicKey));
  }
  const logKeys = ranges
    .filter(({ use }) => use === 'log')
    .map(({ publicKey }) => verifierKey(manifest.origin, SIGNATURE_TYPE.ed25519, publicKey.slice(-32)));
  await out.file(PACK_FILES.logKeys, logKeys.map((key) => `${formatVerifierKey(key)}\n`).join(''));
  await out.file(PACK_FILES.witnessKeys, witnessKeys.map((key) => `${formatVerifierKey(key)}\n`).join(''));
  // openssl reads PEM only.
  for (const { use, keyId, publicKey } of ranges) {
    if (use === 'log') await out.file(`keys/log-${keyId.slice(0, 16)}.pem`, pem(publicKey));
  }
  const entries = ranges.map(({ use, keyId, from, until }) => ({ use, keyId, from, until }));
  await out.file(PACK_FILES.keyRanges, canonicalFile(entries));
}

function pem(spki: Uint8Array): string {
  const lines = base64Text(spki).match(/.{1,64}/g) ?? [];
  return `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`;
}

async function* attestationLines({ ledger, selection, progress }: Export): AsyncGenerator<string> {
  let written = 0;
  for await (const { index, leafHash, envelope } of selectedRows(ledger, selection)) {
    // In the order the format document gives, which is not the canonical one.
    yield `${JSON.stringify({ index, leafHash, envelope })}\n`;
    written += 1;
    progress?.(written, selection.rows);
  }
}

async function* idLines({ ledger, selection }: Export): AsyncGenerator<string> {
  for await (const { index, attestationId } of selectedRows(ledger, selection)) {
    yield `${JSON.stringify({ index, attestationId })}\n`;
  }
}

async function* proofLines({ ledger, selection }: Export): AsyncGenerator<string> {
  const tree = await treeOf(ledger);
  for (const index of selection.indexes ?? []) {
    const path = tree ? tree.inclusionPath(index) : await ledger.proveInclusion(index);
    yield `${JSON.stringify({ index, path: path.map(base64Text) })}\n`;
  }
}

async function treeOf(ledger: Export['ledger']): Promise<MerkleTree | undefined> {
  if (ledger.head.size > TREE_IN_MEMORY) return undefined;
  const hashes: Uint8Array[] = [];
  for await (const { leafHash } of ledger.leaves()) hashes.push(hexBytes(leafHash));
  return merkleTree(hashes);
}

async function* checkpointLines({ ledger, note }: Export): AsyncGenerator<string> {
  let before = 0;
  const line = async (text: string): Promise<string> => {
    const size = treeSizeOf(parseCheckpoint(parseNote(utf8Bytes(text)).text));
    const path = before === 0 || before === size ? [] : await ledger.proveConsistency(before, size);
    before = size;
    return `${JSON.stringify({ note: text, consistency: path.map(base64Text) })}\n`;
  };
  for await (const checkpoint of ledger.checkpoints()) yield await line(checkpoint.note);
  yield await line(note);
}
