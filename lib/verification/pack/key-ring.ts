// The keys a pack is verified with: those the auditor trusts, else the pack's own.
import { type KeyId, keyIdOf } from '../../domain/attestation/bytes/key-id.ts';
import { parseStrictJson } from '../../domain/attestation/bytes/strict-json.ts';
import { base64Bytes, concatBytes, hexBytes, sameBytes } from '../../domain/attestation/bytes/text-bytes.ts';
import {
  parseVerifierKey,
  SIGNATURE_TYPE,
  type VerifierKey,
} from '../../domain/attestation/log/verifier-key.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { type KeyRangeEntry, KeyRanges } from './pack-files.ts';
import type { PackSource } from './pack-source.ts';
import { readText } from './read-bytes.ts';

/** Keys and their ranges. */
export interface KeyRing {
  /** SubjectPublicKeyInfo by key id; the id is worked out, never taken from a file's name. */
  readonly attestation: ReadonlyMap<KeyId, Uint8Array>;
  readonly log: readonly VerifierKey[];
  readonly witness: readonly VerifierKey[];
  readonly ranges: readonly KeyRangeEntry[];
}

const MAX_KEY_BYTES = 64 * 1024;
const MAX_KEYS = 1000;
const ED25519_SPKI_PREFIX = hexBytes('302a300506032b6570032100');

/**
 * Reads `*.pem`, `*.vkey` and `ranges.json` of a folder.
 * @param folder `keys/` in a pack, empty for a directory of trusted keys
 * @throws InvalidInputError when a key cannot be read
 */
export async function readKeyRing(source: PackSource, folder: string): Promise<KeyRing> {
  const names = source.names.filter(
    (name) => name.startsWith(folder) && !name.slice(folder.length).includes('/'),
  );
  if (names.length > MAX_KEYS) throw malformed(`There are over ${MAX_KEYS} key files`);
  const attestation = new Map<KeyId, Uint8Array>();
  const noteKeys: VerifierKey[] = [];
  for (const name of names) {
    if (name.endsWith('.pem')) {
      const spki = spkiOfPem(await readText(source, name, MAX_KEY_BYTES), name);
      // The log's own key, as openssl wants it: it is read from its verifier key instead.
      if (!sameBytes(spki.subarray(0, ED25519_SPKI_PREFIX.length), ED25519_SPKI_PREFIX)) {
        attestation.set(keyIdOf(spki), spki);
      }
    } else if (name.endsWith('.vkey')) {
      const lines = (await readText(source, name, MAX_KEY_BYTES)).split('\n').filter((line) => line !== '');
      noteKeys.push(...lines.map(parseVerifierKey));
    }
  }
  const rangesFile = `${folder}ranges.json`;
  return {
    attestation,
    log: noteKeys.filter(({ type }) => type === SIGNATURE_TYPE.ed25519),
    witness: noteKeys.filter(({ type }) => type === SIGNATURE_TYPE.cosignature),
    ranges: source.has(rangesFile) ? await readRanges(source, rangesFile) : [],
  };
}

async function readRanges(source: PackSource, name: string): Promise<readonly KeyRangeEntry[]> {
  const parsed = KeyRanges.safeParse(parseStrictJson(await readText(source, name)));
  if (!parsed.success) throw malformed(`${name} does not list key ranges`);
  return parsed.data;
}

function spkiOfPem(text: string, name: string): Uint8Array {
  const found = /^-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/.exec(text);
  if (found?.[1] === undefined) throw malformed(`${name} is not one public key in PEM`);
  return base64Bytes(found[1].replaceAll(/\s/g, ''));
}

/** How ranges name a log key: by the digest of its SubjectPublicKeyInfo, as any other key. */
export function logKeyId({ publicKey32 }: VerifierKey): KeyId {
  return keyIdOf(concatBytes([ED25519_SPKI_PREFIX, publicKey32]));
}

/** Whether the key may sign at this index, or a checkpoint of this size. A key without a range may sign anywhere. */
export function maySign(
  ranges: readonly KeyRangeEntry[],
  use: KeyRangeEntry['use'],
  keyId: KeyId,
  place: number,
): boolean {
  const own = ranges.filter((range) => range.use === use && range.keyId === keyId);
  if (own.length === 0) return true;
  return own.some(({ from, until }) => from <= place && (until === undefined || place < until));
}

function malformed(what: string): InvalidInputError {
  return new InvalidInputError({ code: 'MALFORMED_FILE', message: `${what}.` });
}
