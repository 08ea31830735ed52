// A provider that fails: at each call, before or after it took effect, and one that has had enough of us.
import { describe, expect, it } from 'vitest';
import type { RemovalTarget } from '../../lib/application/ports/connector.ts';
import type { ObservedState } from '../../lib/domain/removal/pre-image.ts';
import { VerificationLevel } from '../../lib/domain/removal/verification-level.ts';
import type { ConnectorScene, SceneFaults } from './connector-scene.ts';
import {
  callsOf,
  capabilityOf,
  chosenTarget,
  collectAll,
  ending,
  faultsOf,
  preImageOf,
  stateOf,
  truthOf,
} from './connector-steps.ts';

const FAULTS: readonly (readonly [string, (faults: SceneFaults, n: number) => void])[] = [
  ['fails', (faults, n) => faults.failCall(n)],
  ['times out after it took effect', (faults, n) => faults.timeoutAfterEffect(n)],
];
const MOST_CALLS_THROTTLED = 10;
/** Many acts in one test, over servers that share a busy machine. */
const PATIENCE_MS = 180_000;

/** Declares the tests. `scene` gives the scene of the running test, `open` another one like it. */
export function describeFaults(scene: () => ConnectorScene, open: () => Promise<ConnectorScene>): void {
  describe.each(FAULTS)('when a call %s', { timeout: PATIENCE_MS }, (_what, play) => {
    it('a switch-off repeated comes to the same end with the same pre-image; half of one is never silent', async () => {
      const { connector } = scene();
      const { target, before, off, state, whole } = await prepared(scene());
      const calls = await callsOf(scene(), () => connector.disable(target, state));
      await connector.restore(target, preImageOf(scene(), state));
      expect(calls).toBeGreaterThan(0);
      for (let n = 1; n <= calls; n += 1) {
        play(faultsOf(scene()), n);
        const first = await ending(() => connector.disable(target, state));
        faultsOf(scene()).heal?.();
        await expectReported(scene(), { target, before, off, whole, state }, first, n);

        const again = await connector.disable(target, state);

        expect(again.preImage, `call ${n}`).toEqual(preImageOf(scene(), state));
        expect(await truthOf(scene(), target), `call ${n}`).toEqual(off);
        await connector.restore(target, again.preImage);
        expect(await truthOf(scene(), target), `call ${n}`).toEqual(before);
      }
    });

    it('a restoring repeated puts back exactly what was there', async () => {
      const { connector } = scene();
      const { target, before, off, state } = await prepared(scene());
      const preImage = preImageOf(scene(), state);
      await connector.disable(target, state);
      const calls = await callsOf(scene(), () => connector.restore(target, preImage));
      expect(calls).toBeGreaterThan(0);
      for (let n = 1; n <= calls; n += 1) {
        await connector.disable(target, state);
        expect(await truthOf(scene(), target), `call ${n}`).toEqual(off);
        play(faultsOf(scene()), n);
        await ending(() => connector.restore(target, preImage));
        faultsOf(scene()).heal?.();

        await connector.restore(target, preImage);

        expect(await truthOf(scene(), target), `call ${n}`).toEqual(before);
      }
    });

    it('a verification claims no more than an undisturbed one, and changes nothing', async () => {
      const { connector, now } = scene();
      const { target, off, state } = await prepared(scene());
      const { preImage } = await connector.disable(target, state);
      const at = now();
      const calls = await callsOf(scene(), () => connector.verify(target, preImage, at));
      const best = rank((await connector.verify(target, preImage, at)).level);
      expect(calls).toBeGreaterThan(0);
      for (let n = 1; n <= calls; n += 1) {
        play(faultsOf(scene()), n);
        const ended = await ending(() => connector.verify(target, preImage, at));
        faultsOf(scene()).heal?.();

        if ('value' in ended) expect(rank(ended.value.level), `call ${n}`).toBeLessThanOrEqual(best);
        expect(await truthOf(scene(), target), `call ${n}`).toEqual(off);
      }
    });

    it('a deletion repeated ends, where there is one', async () => {
      const first = await deletion(scene());
      const calls = first ? await callsOf(scene(), first) : 0;
      for (let n = 1; n <= calls; n += 1) {
        const another = await open();
        try {
          const remove = await deletion(another);
          play(faultsOf(another), n);
          if (remove) await ending(remove);
          faultsOf(another).heal?.();

          const repeated = await remove?.();

          expect(repeated?.evidence.length, `call ${n}`).toBeGreaterThan(0);
          expect((await remove?.())?.evidence.length, `call ${n}`).toBeGreaterThan(0);
        } finally {
          await another.close();
        }
      }
      expect(calls > 0).toBe(first !== undefined);
    });

    it('a collection is whole, partial or fails, never quietly short', async () => {
      const all = await collectAll(scene());
      const calls = await callsOf(scene(), () => collectAll(scene()));
      for (let n = 1; n <= calls; n += 1) {
        play(faultsOf(scene()), n);
        const ended = await ending(() => collectAll(scene()));
        faultsOf(scene()).heal?.();

        const { identities = [], report } = 'value' in ended ? ended.value : {};
        if (report?.completeness === 'complete') {
          expect(identities.length, `call ${n}`).toBe(all.identities.length);
        }
      }
    });
  });
}

/** Declares the tests of a provider that refuses everything for a while. */
export function describeThrottling(scene: () => ConnectorScene): void {
  it('gives up within its retry budget while it is throttled, and goes on afterwards', async () => {
    const { connector, now } = scene();
    const faults = faultsOf(scene());
    const { target, before, off, state } = await prepared(scene());
    const preImage = preImageOf(scene(), state);
    const acts: readonly (() => Promise<unknown>)[] = [
      () => connector.locate(target),
      () => connector.disable(target, state),
      () => connector.restore(target, preImage),
      () => connector.verify(target, preImage, now()),
    ];
    for (const act of acts) {
      faults.throttle?.();
      const made = faults.calls();
      const ended = await ending(act);
      expect(ended).toMatchObject({ failure: { code: 'THROTTLED', retryable: true } });
      expect(faults.calls() - made).toBeGreaterThan(0);
      expect(faults.calls() - made).toBeLessThanOrEqual(faults.throttledCalls ?? MOST_CALLS_THROTTLED);
    }
    const made = faults.calls();
    const collected = await ending(() => collectAll(scene()));
    expect('failure' in collected || collected.value.report.completeness === 'partial').toBe(true);
    expect(faults.calls() - made).toBeLessThanOrEqual(faults.throttledCalls ?? MOST_CALLS_THROTTLED);

    faults.heal?.();

    expect(await truthOf(scene(), target)).toEqual(before);
    await connector.disable(target, state);
    expect(await truthOf(scene(), target)).toEqual(off);
  });
}

interface Prepared {
  readonly target: RemovalTarget;
  readonly state: ObservedState;
  readonly before: unknown;
  /** The truth after an undisturbed switch-off. */
  readonly off: unknown;
  /** What verifying that one says. */
  readonly whole: unknown;
}

/** Switches off and back on once, undisturbed, to learn what both come to. */
async function prepared(scene: ConnectorScene): Promise<Prepared> {
  const { connector, now } = scene;
  const target = await chosenTarget(scene);
  const before = await truthOf(scene, target);
  const state = await stateOf(scene, target);
  const { preImage } = await connector.disable(target, state);
  const off = await truthOf(scene, target);
  const whole = await connector.verify(target, preImage, now());
  await connector.restore(target, preImage);
  expect(await truthOf(scene, target)).toEqual(before);
  return { target, state, before, off, whole };
}

/** Half a switch-off ends in an error, and does not verify as a whole one does. */
async function expectReported(
  scene: ConnectorScene,
  { target, before, off, whole, state }: Prepared,
  first: { readonly value: unknown } | { readonly failure: Error },
  n: number,
): Promise<void> {
  const truth = await truthOf(scene, target);
  const isAsOff = equal(truth, off);
  if ('value' in first) expect(truth, `call ${n}: it said it was done`).toEqual(off);
  if (isAsOff || equal(truth, before)) return;
  expect(first, `call ${n}: half done, and silent`).toHaveProperty('failure');
  const half = await scene.connector.verify(target, preImageOf(scene, state), scene.now());
  expect(half, `call ${n}: half done verifies as whole`).not.toEqual(whole);
}

/** A deletion of the chosen identity after it was switched off; undefined where the connector has none. */
async function deletion(
  scene: ConnectorScene,
): Promise<(() => Promise<{ readonly evidence: readonly string[] }>) | undefined> {
  const { connector } = scene;
  const target = await chosenTarget(scene);
  if (capabilityOf(connector.manifest.capabilities.remove, target)?.how !== 'automatic') return undefined;
  const { preImage } = await connector.disable(target, await stateOf(scene, target));
  return () => connector.remove(target, preImage);
}

function rank(level: VerificationLevel): number {
  return VerificationLevel.options.indexOf(level);
}

function equal(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
