// The key space in memory: a map for look-ups, and its keys in sorted blocks for walks.
import type { KeyRange, KeyValueStore, Operation, Visit } from './key-value-store.ts';

const BLOCK_KEYS = 512;

/** The first position in `keys` whose key is not below `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Keys in order, in blocks small enough that inserting into one is cheap. */
function createSortedKeys() {
  const blocks: string[][] = [];

  /** The block a key is in or belongs into: the last one that does not begin after it. */
  function blockOf(key: string): number {
    let low = 0;
    let high = blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((blocks[middle]?.[0] ?? '') <= key) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  function add(key: string): void {
    const at = blockOf(key);
    const block = blocks[at];
    if (block === undefined) {
      blocks.push([key]);
      return;
    }
    block.splice(lowerBound(block, key), 0, key);
    if (block.length > BLOCK_KEYS) blocks.splice(at + 1, 0, block.splice(BLOCK_KEYS / 2));
  }

  function remove(key: string): void {
    const at = blockOf(key);
    const block = blocks[at];
    if (block === undefined) return;
    const position = lowerBound(block, key);
    if (block[position] !== key) return;
    block.splice(position, 1);
    if (block.length === 0) blocks.splice(at, 1);
  }

  function* upwards(from: string): Generator<string> {
    for (let at = blockOf(from); at < blocks.length; at += 1) {
      const block = blocks[at] ?? [];
      for (let position = lowerBound(block, from); position < block.length; position += 1) {
        yield block[position] ?? '';
      }
    }
  }

  function* downwards(from: string): Generator<string> {
    for (let at = blockOf(from); at >= 0; at -= 1) {
      const block = blocks[at] ?? [];
      const top = lowerBound(block, from);
      for (let position = block[top] === from ? top : top - 1; position >= 0; position -= 1) {
        yield block[position] ?? '';
      }
    }
  }

  return { add, remove, upwards, downwards };
}

function isAbove({ gt, gte }: KeyRange, key: string): boolean {
  return (gt === undefined || key > gt) && (gte === undefined || key >= gte);
}

function isBelow({ lt, lte }: KeyRange, key: string): boolean {
  return (lt === undefined || key < lt) && (lte === undefined || key <= lte);
}

/** Rows in memory, gone with the process. A walk runs without a pause, so no write can come between. */
export function createMemoryStore(): KeyValueStore {
  const values = new Map<string, unknown>();
  const keys = createSortedKeys();

  function apply(operation: Operation): void {
    if (operation.type === 'put') {
      if (!values.has(operation.key)) keys.add(operation.key);
      values.set(operation.key, operation.value);
    } else if (values.delete(operation.key)) {
      keys.remove(operation.key);
    }
  }

  function walkNow(range: KeyRange, visit: Visit): void {
    const limit = range.limit === undefined || range.limit < 0 ? Number.POSITIVE_INFINITY : range.limit;
    const order = range.reverse
      ? keys.downwards(range.lt ?? range.lte ?? '\x7f')
      : keys.upwards(range.gt ?? range.gte ?? '');
    const isPast = range.reverse ? isAbove : isBelow;
    const isReached = range.reverse ? isBelow : isAbove;
    let visited = 0;
    for (const key of order) {
      if (visited >= limit || !isPast(range, key)) return;
      if (!isReached(range, key)) continue;
      visited += 1;
      if (!visit(key, values.get(key))) return;
    }
  }

  return {
    durable: false,
    get: (key) => values.get(key),
    batch: async (operations) => operations.forEach(apply),
    walk: async (range, visit) => walkNow(range, visit),
    clear: async (range) => {
      const doomed: string[] = [];
      walkNow(range, (key) => doomed.push(key) > 0);
      for (const key of doomed) apply({ type: 'del', key });
    },
    close: async () => values.clear(),
  };
}
