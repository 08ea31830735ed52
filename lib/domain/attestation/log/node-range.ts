// Which hashes make up a root or a proof: runs of leaves, split into perfect subtrees.

/** A node of the tree: the hash over leaves `index·2^level` up to `(index+1)·2^level`, all present. */
export interface NodeId {
  readonly level: number;
  readonly index: number;
}

/** Leaves from `start` up to, not including, `end`. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** All leaves of a tree. @throws RangeError unless `size` is a tree size */
export function treeRange(size: number): LeafRange {
  assertCount(size);
  return { start: 0, end: size };
}

/** The ranges whose hashes prove leaf `index` of a tree of `size`, sibling of the leaf first (RFC 6962 §2.1.1). */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  assertCount(size);
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
    throw new RangeError(`Leaf ${index} is not in a tree of ${size}.`);
  }
  const ranges: LeafRange[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start);
    if (index < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.reverse();
}

/** The ranges whose hashes prove that a tree of `size1` is a prefix of one of `size2` (RFC 6962 §2.1.2). */
export function consistencyRanges(size1: number, size2: number): LeafRange[] {
  assertCount(size2);
  if (!Number.isSafeInteger(size1) || size1 < 1 || size1 > size2) {
    throw new RangeError(`No consistency proof from size ${size1} to ${size2}.`);
  }
  const ranges: LeafRange[] = [];
  let [start, end] = [0, size2];
  while (size1 < end) {
    const middle = start + largestPowerBelow(end - start);
    if (size1 <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  // The verifier holds the first root already, so it is left out where it is the subtree reached.
  if (start > 0) ranges.push({ start, end });
  return ranges.reverse();
}

/** The perfect subtrees of a range, largest first. The range must start at a multiple of its largest one. */
export function nodesOf({ start, end }: LeafRange): NodeId[] {
  const nodes: NodeId[] = [];
  for (let at = start; at < end; ) {
    const width = largestPowerUpTo(end - at);
    nodes.push({ level: Math.round(Math.log2(width)), index: at / width });
    at += width;
  }
  return nodes;
}

/** Largest power of two below `n` (n ≥ 2). Not by bit operators: they end at 2^31. */
function largestPowerBelow(n: number): number {
  return largestPowerUpTo(n - 1);
}

function largestPowerUpTo(n: number): number {
  let power = 1;
  while (power * 2 <= n) power *= 2;
  return power;
}

function assertCount(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`${size} is not a tree size.`);
}
