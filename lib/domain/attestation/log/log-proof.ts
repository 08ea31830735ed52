// A proof that one entry was logged, as a text file that needs nothing else (c2sp.org/tlog-proof@v1).
import { IntegrityError } from '../../errors.ts';
import { DIGEST_BYTES } from '../bytes/sha256.ts';
import { base64Bytes, base64Text, utf8Text } from '../bytes/text-bytes.ts';
import { parseTreeSize } from './checkpoint.ts';

/** An inclusion path with the signed checkpoint it leads to. */
export interface LogProof {
  readonly index: bigint;
  readonly path: readonly Uint8Array[];
  /** The signed note, verbatim. */
  readonly checkpointNote: string;
  /** Not authenticated by anything. */
  readonly extra?: Uint8Array;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A path over 64-bit sizes has at most 64 hashes; a longer one is refused before hashing. */
const MAX_PATH = 64;

/** Writes the proof. */
export function formatLogProof({ index, path, checkpointNote, extra }: LogProof): string {
  const lines = [
    HEADER,
    ...(extra === undefined ? [] : [`extra ${base64Text(extra)}`]),
    `index ${index}`,
    ...path.map(base64Text),
  ];
  return `${lines.join('\n')}\n\n${checkpointNote}`;
}

/** Reads a proof; verifies nothing. @throws IntegrityError `CORRUPT_RECORD` when malformed */
export function parseLogProof(bytes: Uint8Array): LogProof {
  try {
    return readLogProof(utf8Text(bytes));
  } catch (cause) {
    throw malformed('is malformed', cause);
  }
}

function readLogProof(text: string): LogProof {
  // The first blank line ends the proof's own lines; the note has one of its own further down.
  const split = text.indexOf('\n\n');
  if (split === -1) throw malformed('has no checkpoint');
  const [header, ...lines] = text.slice(0, split).split('\n');
  if (header !== HEADER) throw malformed(`does not start with ${HEADER}`);
  const extra = lines[0]?.startsWith('extra ') ? base64Bytes(lines.shift()?.slice(6) ?? '') : undefined;
  const indexLine = lines.shift();
  if (!indexLine?.startsWith('index ')) throw malformed('has no index');
  if (lines.length > MAX_PATH) throw malformed('has a path longer than any tree is high');
  const path = lines.map(base64Bytes);
  if (path.some((hash) => hash.length !== DIGEST_BYTES)) throw malformed('has a hash that is not 32 bytes');
  const index = parseTreeSize(indexLine.slice(6));
  return { index, path, checkpointNote: text.slice(split + 2), ...(extra === undefined ? {} : { extra }) };
}

function malformed(what: string, cause?: unknown): IntegrityError {
  return new IntegrityError({ code: 'CORRUPT_RECORD', message: `The log proof ${what}.`, cause });
}
