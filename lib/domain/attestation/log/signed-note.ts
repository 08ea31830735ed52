// Signed notes (c2sp.org/signed-note): a text, a blank line, one line per signature.
import { IntegrityError } from '../../errors.ts';
import { base64Bytes, base64Text, concatBytes, sameBytes, utf8Bytes, utf8Text } from '../bytes/text-bytes.ts';
import { cosignedMessage, decodeCosignature } from './cosignature.ts';
import { isKeyName, SIGNATURE_TYPE, type VerifierKey } from './verifier-key.ts';

/** One signature line. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId4: Uint8Array;
  /** What follows the key id: 64 bytes for type 0x01, 72 for 0x04, unknown for others. */
  readonly signature: Uint8Array;
}

/** A note taken apart; nothing in it is verified yet. */
export interface SignedNote {
  /** Ends with a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A signature that was made by a key we know. */
export interface VerifiedSignature {
  readonly key: VerifierKey;
  /** Seconds since the epoch, claimed and signed by a witness; absent for type 0x01. */
  readonly atSeconds?: number;
}

/** What verifying a note found. */
export interface NoteCheck {
  readonly verified: readonly VerifiedSignature[];
  /** Keys we know whose signature is wrong: reject the note. */
  readonly failed: readonly VerifierKey[];
  /** Lines by keys we do not know. */
  readonly unknownCount: number;
}

/** Checks a raw Ed25519 signature. */
export type CheckEd25519 = (publicKey32: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** Bounds on an attacker-controlled note. The specification asks for at least 16 signatures. */
const MAX_NOTE_BYTES = 1_000_000;
const MAX_SIGNATURES = 100;

/** Takes a note apart. @throws IntegrityError `CORRUPT_RECORD` when it is malformed */
export function parseNote(bytes: Uint8Array): SignedNote {
  if (bytes.length > MAX_NOTE_BYTES) throw malformed(`is over ${MAX_NOTE_BYTES} bytes`);
  const note = decodeNote(bytes);
  if (hasControlCharacter(note)) throw malformed('has a control character');
  const split = note.lastIndexOf('\n\n');
  if (split === -1) throw malformed('has no blank line before signatures');
  const lines = note.slice(split + 2).split('\n');
  if (lines.pop() !== '' || lines.length === 0) throw malformed('does not end in a signature line');
  if (lines.length > MAX_SIGNATURES) throw malformed(`has over ${MAX_SIGNATURES} signatures`);
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignatureLine) };
}

/** Writes a note. @throws IntegrityError `CORRUPT_RECORD` when the parts cannot make one */
export function formatNote({ text, signatures }: SignedNote): string {
  if (!text.endsWith('\n') || hasControlCharacter(text))
    throw malformed('text must be lines without controls');
  if (signatures.length === 0) throw malformed('needs a signature');
  return `${text}\n${signatures.map(formatSignatureLine).join('')}`;
}

/** Adds signature lines to a note, after those it has; its text and earlier lines stay as they are. */
export function addSignatures(note: string, signatures: readonly NoteSignature[]): string {
  return note + signatures.map(formatSignatureLine).join('');
}

/** Checks every line by a known key; other lines are ignored, as the specification demands. */
export function checkNote(
  { text, signatures }: SignedNote,
  keys: readonly VerifierKey[],
  checkEd25519: CheckEd25519,
): NoteCheck {
  const verified: VerifiedSignature[] = [];
  const failed: VerifierKey[] = [];
  let unknownCount = 0;
  for (const line of signatures) {
    // The key id is short and can be made to collide, so every key it might be is tried.
    const candidates = keys.filter(
      ({ name, keyId4 }) => name === line.name && sameBytes(keyId4, line.keyId4),
    );
    const [candidate] = candidates;
    if (candidate === undefined) {
      unknownCount++;
      continue;
    }
    const match = candidates.map((key) => verifyLine(text, key, line.signature, checkEd25519)).find(Boolean);
    if (match === undefined) failed.push(candidate);
    else if (!verified.some(({ key }) => key === match.key)) verified.push(match);
  }
  return { verified, failed, unknownCount };
}

/**
 * The text of a note, once at least one known key signed it and no known key's signature is wrong.
 * @throws IntegrityError `SIGNATURE`, or `CORRUPT_RECORD` when malformed
 */
export function openNote(
  bytes: Uint8Array,
  keys: readonly VerifierKey[],
  checkEd25519: CheckEd25519,
): { readonly text: string; readonly verified: readonly VerifiedSignature[] } {
  const note = parseNote(bytes);
  const { verified, failed } = checkNote(note, keys, checkEd25519);
  const [wrong] = failed;
  if (wrong !== undefined) throw unsigned(`The signature of ${wrong.name} on the note is wrong.`);
  if (verified.length === 0) throw unsigned('No known key signed the note.');
  return { text: note.text, verified };
}

function verifyLine(
  text: string,
  key: VerifierKey,
  signature: Uint8Array,
  checkEd25519: CheckEd25519,
): VerifiedSignature | undefined {
  if (key.type === SIGNATURE_TYPE.ed25519) {
    return checkEd25519(key.publicKey32, utf8Bytes(text), signature) ? { key } : undefined;
  }
  const cosignature = decodeCosignature(signature);
  if (cosignature === undefined) return undefined;
  const message = cosignedMessage(text, cosignature.atSeconds);
  if (!checkEd25519(key.publicKey32, message, cosignature.signature)) return undefined;
  return { key, atSeconds: cosignature.atSeconds };
}

function parseSignatureLine(line: string): NoteSignature {
  const [, name = '', encoded = ''] = /^— ([^ ]+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? [];
  if (!isKeyName(name)) throw malformed('has a malformed signature line');
  const bytes = decodeSignature(encoded);
  if (bytes.length < 5) throw malformed('has a signature line without a signature');
  return { name, keyId4: bytes.slice(0, 4), signature: bytes.slice(4) };
}

function formatSignatureLine({ name, keyId4, signature }: NoteSignature): string {
  if (!isKeyName(name) || keyId4.length !== 4) throw malformed('signature has a bad name or key id');
  return `— ${name} ${base64Text(concatBytes([keyId4, signature]))}\n`;
}

function decodeSignature(encoded: string): Uint8Array {
  try {
    return base64Bytes(encoded);
  } catch (cause) {
    throw malformed('has a signature that is not base64', cause);
  }
}

function decodeNote(bytes: Uint8Array): string {
  try {
    return utf8Text(bytes);
  } catch (cause) {
    throw malformed('is not UTF-8', cause);
  }
}

function hasControlCharacter(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 && code !== 0x0a) return true;
  }
  return false;
}

function malformed(what: string, cause?: unknown): IntegrityError {
  return new IntegrityError({ code: 'CORRUPT_RECORD', message: `The note ${what}.`, cause });
}

function unsigned(message: string): IntegrityError {
  return new IntegrityError({ code: 'SIGNATURE', message });
}
