// A witness's memory that ends with the process.
import type { SeenHead, WitnessStore } from '../../application/ports/witness.ts';

/** Makes a witness store that has seen nothing. */
export function createMemoryWitnessStore(): WitnessStore {
  const heads = new Map<string, SeenHead[]>();
  return {
    last: async (origin) => heads.get(origin)?.at(-1),
    add: async (head) => {
      const seen = heads.get(head.origin) ?? [];
      if (head.sequence !== seen.length + 1) return false;
      heads.set(head.origin, [...seen, { ...head }]);
      return true;
    },
  };
}
