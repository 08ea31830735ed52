// The root of a log from its envelopes, fast: hashes stay hexadecimal text, which node:crypto hands out several times
// faster than bytes. Same trees as lib/domain/attestation/log (RFC 6962 §2.1); a test holds the two together.
import { hash } from 'node:crypto';
import { MAX_LINE_BYTES } from '../pack/read-bytes.ts';

/** A tree that grows leaf by leaf. Holds as many hashes as its size has bits. */
export interface LogTree {
  readonly size: number;
  /** Adds SHA-256(0x00 ‖ envelope). @returns the leaf hash, lowercase hexadecimal */
  addEnvelope(envelope: string): string;
  /** Adds a leaf hash (64 lowercase hexadecimal characters). */
  addLeaf(leafHash: string): void;
  /** Root of what was added so far, lowercase hexadecimal. */
  root(): string;
}

/** SHA-256 of nothing. */
const EMPTY_ROOT = hash('sha256', '', 'hex');
const DIGEST = 32;

/** An empty tree. */
export function logTree(): LogTree {
  // A well-formed line of at most MAX_LINE_BYTES holds no text of more bytes; 0x00 in front marks a leaf.
  const leafInput = Buffer.alloc(1 + MAX_LINE_BYTES);
  const nodeInput = Buffer.alloc(1 + 2 * DIGEST);
  nodeInput[0] = 0x01;
  /** Roots of perfect subtrees, largest first: one for each bit of the size. */
  const subtrees: string[] = [];
  let size = 0;
  const nodeHash = (left: string, right: string): string => {
    nodeInput.write(left, 1, DIGEST, 'hex');
    nodeInput.write(right, 1 + DIGEST, DIGEST, 'hex');
    return hash('sha256', nodeInput, 'hex');
  };
  const addLeaf = (leafHash: string): void => {
    let subtree = leafHash;
    for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) {
      subtree = nodeHash(subtrees.pop() ?? '', subtree);
    }
    subtrees.push(subtree);
    size += 1;
  };
  return {
    get size() {
      return size;
    },
    addLeaf,
    addEnvelope(envelope) {
      const leafHash = hashEnvelope(envelope, leafInput);
      addLeaf(leafHash);
      return leafHash;
    },
    root: () =>
      subtrees.reduceRight(
        (right: string | undefined, left) => (right === undefined ? left : nodeHash(left, right)),
        undefined,
      ) ?? EMPTY_ROOT,
  };
}

function hashEnvelope(envelope: string, leafInput: Buffer): string {
  const bytes = leafInput.write(envelope, 1, 'utf8');
  return hash('sha256', leafInput.subarray(0, 1 + bytes), 'hex');
}

/** Makes a function that gives leaf hashes without keeping a tree. */
export function leafHasher(): (envelope: string) => string {
  const leafInput = Buffer.alloc(1 + MAX_LINE_BYTES);
  return (envelope) => hashEnvelope(envelope, leafInput);
}
