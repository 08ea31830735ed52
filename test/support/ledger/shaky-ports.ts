// Ports as a process sees them that may be overtaken, or die, at every call and between any two rows.
import type { LedgerStore } from '../../../lib/application/ports/ledger-store.ts';
import type { ReviewStore } from '../../../lib/application/ports/review-store.ts';
import type { NoteSigner } from '../../../lib/application/ports/signer.ts';

/** Passed before and after every effect; a process that dies throws here. */
export type Gate = (label: string) => Promise<void>;

/** The process is gone: from now on nothing it calls has any effect. */
export class Crash extends Error {}

/** A gate that dies at its `crashAt`-th passage, and at every one after. */
export function dyingGate(crashAt: number, inner: Gate = async () => undefined): Gate {
  let passages = 0;
  return async (label) => {
    passages += 1;
    if (passages >= crashAt) throw new Crash(label);
    await inner(label);
    if (passages >= crashAt) throw new Crash(label);
  };
}

type Method = (...args: never[]) => Promise<unknown>;

function gated<T extends object>(target: T, gate: Gate): T {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name);
      if (typeof value !== 'function') return value;
      return async (...args: never[]) => {
        await gate(`${String(name)}…`);
        const answer: unknown = await (value as Method)(...args);
        // The effect is there, but the answer may never arrive.
        await gate(`…${String(name)}`);
        return answer;
      };
    },
  });
}

/** The review store behind a gate. */
export function shakyStore(store: ReviewStore, gate: Gate): ReviewStore {
  return gated(store, gate);
}

/** A note signer behind a gate. */
export function shakySigner(signer: NoteSigner, gate: Gate): NoteSigner {
  const inner = gated(signer, gate);
  return { ...signer, sign: (message) => inner.sign(message) };
}

/** The ledger behind a gate; rows of one call are inserted one by one, in whatever order. */
export function shakyLedger(ledger: LedgerStore, gate: Gate): LedgerStore {
  const inner = gated(ledger, gate);
  return {
    ...Object.fromEntries(
      (['get', 'getMany', 'leaves', 'checkpointUpTo', 'cosignatures', 'keys'] as const).map((name) => [
        name,
        inner[name],
      ]),
    ),
    insert: async (kind, rows) => {
      const results = rows.map((): undefined => undefined) as Awaited<
        ReturnType<typeof ledger.insert<typeof kind>>
      >;
      await Promise.all(
        rows.map(async (row, at) => {
          results[at] = (await inner.insert(kind, [row]))[0];
        }),
      );
      return results;
    },
  } as LedgerStore;
}
