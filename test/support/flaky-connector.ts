// Makes a target system fail as providers do: before anything happened, after it did, for a while, or in the middle of us.
import type { Connector, RemovalTarget } from '../../lib/application/ports/connector.ts';
import { UpstreamError } from '../../lib/domain/errors.ts';
import type { TargetSystem } from './target-system.ts';

/** What a removal asks of a connector, one call each here. */
export const CONNECTOR_ACTS = ['locate', 'disable', 'verify', 'restore', 'remove', 'activity'] as const;
export type ConnectorAct = (typeof CONNECTOR_ACTS)[number];

/** This process ended: whatever it was doing is not written down. */
export class Killed extends Error {}

/** How one call goes wrong. `after`: it took effect first. */
export interface Mishap {
  readonly when: 'before' | 'after';
  /** `unavailable` may be tried again, `rejected` not; `killed` ends the process that called. */
  readonly how: 'unavailable' | 'timeout' | 'rejected' | 'killed';
}

/** One call that was made. */
export interface FlakyCall {
  readonly act: ConnectorAct;
  readonly target: RemovalTarget;
  readonly mishap: Mishap | undefined;
}

/** The calls so far, and what goes wrong with the next ones. */
export interface Flaky {
  readonly calls: readonly FlakyCall[];
  /** Decides about each call; undefined: it goes well. */
  plan: (act: ConnectorAct, nth: number) => Mishap | undefined;
  /** Sees each call just before it takes effect. */
  watch: ((act: ConnectorAct, target: RemovalTarget) => Promise<void> | void) | undefined;
}

/** Puts it between a system and whoever calls its connector. */
export function makeFlaky({ connector }: Pick<TargetSystem, 'connector'>): Flaky {
  const calls: FlakyCall[] = [];
  const counts = new Map<ConnectorAct, number>();
  const flaky: Flaky = { calls, plan: () => undefined, watch: undefined };
  const gate = async <T>(act: ConnectorAct, target: RemovalTarget, work: () => Promise<T>): Promise<T> => {
    const nth = (counts.get(act) ?? 0) + 1;
    counts.set(act, nth);
    const mishap = flaky.plan(act, nth);
    calls.push({ act, target, mishap });
    if (mishap?.when === 'before') throw errorOf(mishap);
    await flaky.watch?.(act, target);
    const result = await work();
    if (mishap) throw errorOf(mishap);
    return result;
  };
  const { locate, disable, verify, restore, remove, activity } = connector;
  Object.assign(connector, {
    locate: (target) => gate('locate', target, () => locate(target)),
    disable: (target, state) => gate('disable', target, () => disable(target, state)),
    verify: (target, preImage, at) => gate('verify', target, () => verify(target, preImage, at)),
    restore: (target, preImage) => gate('restore', target, () => restore(target, preImage)),
    remove: (target, preImage) => gate('remove', target, () => remove(target, preImage)),
    ...(activity && {
      activity: (target, from, until) => gate('activity', target, () => activity(target, from, until)),
    }),
  } satisfies Partial<Connector>);
  return flaky;
}

function errorOf({ how }: Mishap): Error {
  if (how === 'killed') return new Killed('the process ended');
  return new UpstreamError({
    provider: 'test',
    code: how === 'timeout' ? 'TIMEOUT' : how === 'rejected' ? 'REJECTED' : 'UNAVAILABLE',
    retryable: how !== 'rejected',
    message: how === 'timeout' ? 'the answer was lost' : `${how} by the provider`,
  });
}

/** Even numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
