// Disabling and restoring, as a pair: nothing is left behind, nobody else is touched, two at once do no harm.
import { describe, expect, it } from 'vitest';
import type { RemovalTarget } from '../../lib/application/ports/connector.ts';
import { PreImage } from '../../lib/domain/removal/pre-image.ts';
import type { ConnectorScene } from './connector-scene.ts';
import { capabilityOf, chosenTarget, ending, stateOf, truthOf } from './connector-steps.ts';

/** Many acts in one test, over servers that share a busy machine. */
const PATIENCE_MS = 180_000;

/** States tried, where the scene can be varied. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

/** Declares the tests. `scene` gives the scene of the running test. */
export function describeRestoring(scene: () => ConnectorScene): void {
  describe('disable then restore', () => {
    it(
      'is the identity on the system, for the whole and for each credential, in every state it is found in',
      async () => {
        const { vary } = scene();
        let tried = 0;
        for (const seed of vary ? SEEDS : [0]) {
          await vary?.(seed);
          for (const target of await targetsOf(scene())) {
            tried += (await roundTrip(scene(), target, `seed ${seed}, ${target.credentialId ?? 'whole'}`))
              ? 1
              : 0;
          }
        }
        expect(tried).toBeGreaterThan(0);
      },
      PATIENCE_MS,
    );

    it('leaves a target that verification finds on again: failed, and drifted', async () => {
      const { connector, now } = scene();
      const target = await chosenTarget(scene());
      const { preImage, changed } = await connector.disable(target, await stateOf(scene(), target));
      const off = await connector.verify(target, preImage, now());
      await connector.restore(target, preImage);

      const on = await connector.verify(target, preImage, now());

      expect(off.drifted).toBe(false);
      expect(on).toMatchObject(changed ? { level: 'failed', drifted: true } : { level: 'unchecked' });
    });

    it('can be done again and again', async () => {
      const target = await chosenTarget(scene());
      for (const round of ['first', 'second', 'third']) {
        expect(await roundTrip(scene(), target, round)).toBe(true);
      }
    });

    it('by two enforcers at once ends as by one', async () => {
      const { connector } = scene();
      const target = await chosenTarget(scene());
      const before = await truthOf(scene(), target);
      const state = await stateOf(scene(), target);
      const { preImage } = await connector.disable(target, state);
      const off = await truthOf(scene(), target);
      await connector.restore(target, preImage);

      const receipts = await Promise.all([1, 2].map(() => ending(() => connector.disable(target, state))));
      const offAgain = await truthOf(scene(), target);
      const restored = await Promise.all([1, 2].map(() => ending(() => connector.restore(target, preImage))));

      const done = receipts.flatMap((each) => ('value' in each ? [each.value.preImage] : []));
      expect(done.length).toBeGreaterThan(0);
      for (const each of done) expect(each).toEqual(preImage);
      expect(offAgain).toEqual(off);
      expect(restored.some((each) => 'value' in each)).toBe(true);
      expect(await truthOf(scene(), target)).toEqual(before);
    });
  });
}

/** The whole identity, then each of its credentials. */
async function targetsOf(scene: ConnectorScene): Promise<RemovalTarget[]> {
  const whole = await chosenTarget(scene);
  const credentials = whole.reviewed.credentials.map(({ credentialId }) => ({ ...whole, credentialId }));
  return [whole, ...credentials];
}

/** One disable and restore. False when the target cannot be told or switched: then nothing may have happened. */
async function roundTrip(scene: ConnectorScene, target: RemovalTarget, what: string): Promise<boolean> {
  const { connector } = scene;
  const before = await truthOf(scene, target);
  const capability = capabilityOf(connector.manifest.capabilities.disable, target);
  if (!capability || capability.how === 'unsupported') return false;
  const located = await connector.locate(target);
  if (located.found !== 'one') return false;
  const { state } = located;
  const others = await siblings(scene, target);

  const receipt = await connector.disable(target, state);

  const off = await truthOf(scene, target);
  const changes = state.enabled && capability.how === 'automatic';
  expect(receipt.changed, what).toBe(changes);
  if (changes) expect(off, `${what}: nothing was switched off`).not.toEqual(before);
  else expect(off, `${what}: something was changed`).toEqual(before);
  expect(await siblings(scene, target), `${what}: another credential was touched`).toEqual(others);

  await connector.restore(target, PreImage.parse(JSON.parse(JSON.stringify(receipt.preImage))));

  expect(await truthOf(scene, target), `${what}: not as before`).toEqual(before);
  return true;
}

/** What `locate` says of the identity's other credentials; nothing where the target is the whole. */
async function siblings({ connector }: ConnectorScene, target: RemovalTarget): Promise<unknown[]> {
  if (target.credentialId === undefined) return [];
  const others = target.reviewed.credentials.filter(
    ({ credentialId }) => credentialId !== target.credentialId,
  );
  const seen: unknown[] = [];
  for (const { credentialId } of others) {
    const located = await connector.locate({ ...target, credentialId });
    seen.push(
      located.found === 'one' ? { enabled: located.state.enabled, detail: located.state.detail } : located,
    );
  }
  return seen;
}
