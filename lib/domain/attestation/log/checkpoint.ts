// Checkpoints (c2sp.org/tlog-checkpoint): the head of a log as three lines of text.
import { IntegrityError } from '../../errors.ts';
import { DIGEST_BYTES } from '../bytes/sha256.ts';
import { base64Bytes, base64Text } from '../bytes/text-bytes.ts';

/** The head of a log. */
export interface Checkpoint {
  /** Which log; also its key's name. */
  readonly origin: string;
  /** Number of entries, up to 2^64−1. `treeSizeOf` narrows it. */
  readonly size: bigint;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** Opaque further lines; ours has none. */
  readonly extensions: readonly string[];
}

/** The text to sign: origin, size, root, each ended by a newline. @throws IntegrityError `CORRUPT_RECORD` */
export function formatCheckpoint(
  head: Omit<Checkpoint, 'size' | 'extensions'> & {
    readonly size: bigint | number;
    readonly extensions?: readonly string[];
  },
): string {
  const lines = [head.origin, String(head.size), base64Text(head.root), ...(head.extensions ?? [])];
  const text = lines.map((line) => `${line}\n`).join('');
  // Reading it back refuses an empty line, a line break in the origin, a fractional size or a short root.
  if (parseCheckpoint(text).origin !== head.origin) throw malformed('origin has a line break');
  return text;
}

/** Reads a checkpoint's text, final newline included. @throws IntegrityError `CORRUPT_RECORD` */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw malformed('does not end with a newline');
  const [origin, size, root, ...extensions] = lines;
  if (origin === undefined || size === undefined || root === undefined) throw malformed('has too few lines');
  if (origin === '' || extensions.includes('')) throw malformed('has an empty line');
  return { origin, size: parseTreeSize(size), root: decodeRoot(root), extensions };
}

/** Reads a decimal size or index without leading zeroes, up to 2^64−1. @throws IntegrityError `CORRUPT_RECORD` */
export function parseTreeSize(text: string): bigint {
  const size = /^(?:0|[1-9]\d{0,19})$/.test(text) ? BigInt(text) : undefined;
  if (size === undefined || size > 0xffff_ffff_ffff_ffffn) throw malformed('has a malformed number');
  return size;
}

/** The size as a number, for our own logs. @throws IntegrityError `CORRUPT_RECORD` past 2^53−1 */
export function treeSizeOf({ size }: Pick<Checkpoint, 'size'>): number {
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed('has a size past 2^53−1');
  return Number(size);
}

function decodeRoot(text: string): Uint8Array {
  let root: Uint8Array;
  try {
    root = base64Bytes(text);
  } catch (cause) {
    throw malformed('has a root that is not base64', cause);
  }
  if (root.length !== DIGEST_BYTES) throw malformed('has a root that is not 32 bytes');
  return root;
}

function malformed(what: string, cause?: unknown): IntegrityError {
  return new IntegrityError({ code: 'CORRUPT_RECORD', message: `The checkpoint ${what}.`, cause });
}
