// Cutting the power at a chosen call of any port: before it happened, or after, with its answer lost.
import type { World } from './world.ts';

/** The power was cut: everything fails until it is back. */
export class PowerCut extends Error {}

/** The switch of the power. */
export interface Power {
  /** Calls of ports so far. */
  readonly calls: number;
  /** Cuts it at the call of that number, counted from 1, or never. */
  cutAt(call: number | undefined, when: 'before' | 'after'): void;
  /** Whether it is cut now; puts it back. */
  restore(): boolean;
}

type Call = (...args: unknown[]) => Promise<unknown>;

/** Puts every port of a world behind one switch. */
export function wire(w: World): Power {
  let calls = 0;
  let target: { readonly call: number | undefined; readonly when: 'before' | 'after' } = {
    call: undefined,
    when: 'before',
  };
  let dead = false;
  const gate = async (work: () => Promise<unknown>) => {
    if (dead) throw new PowerCut('no power');
    calls += 1;
    const isLast = calls === target.call;
    if (isLast && target.when === 'after') await work();
    if (isLast) {
      dead = true;
      throw new PowerCut('the power was cut');
    }
    const result = await work();
    // Whatever was under way when the power went is gone, too.
    if (dead) throw new PowerCut('no power');
    return result;
  };
  const wrap = (port: object, names: readonly string[]) => {
    const methods = port as Record<string, Call>;
    for (const name of names) {
      const real = methods[name] as Call;
      methods[name] = (...args) => gate(() => real.apply(port, args));
    }
  };
  const { store, blobs, attestor } = w.environment;
  wrap(store, namesOf(store));
  wrap(blobs, ['put', 'putMany', 'get', 'range']);
  const writer = blobs.writer.bind(blobs);
  blobs.writer = async () => {
    const real = await writer();
    wrap(real, ['close']);
    return real;
  };
  wrap(attestor, ['attest']);
  wrap(w.queue, ['send']);
  for (const messenger of Object.values(w.messengers)) wrap(messenger, ['send']);
  wrap(w.target.connector, ['locate', 'disable', 'restore', 'verify', 'remove']);
  if (w.target.connector.activity) wrap(w.target.connector, ['activity']);
  return {
    get calls() {
      return calls;
    },
    cutAt(call, when) {
      target = { call: call === undefined ? undefined : calls + call, when };
    },
    restore() {
      const was = dead;
      dead = false;
      return was;
    },
  };
}

function namesOf(port: object): string[] {
  return Object.entries(port).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
}
