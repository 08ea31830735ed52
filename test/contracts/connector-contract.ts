// What every connector must do, whatever it connects to. Run by each connector's own test over a real or stand-in system.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Capability, RemovalTarget } from '../../lib/application/ports/connector.ts';
import { CollectionReport } from '../../lib/domain/identity/collection.ts';
import { Identity } from '../../lib/domain/identity/identity.ts';
import { identityKeyOf } from '../../lib/domain/identity/identity-id.ts';
import { type ObservedState, PreImage } from '../../lib/domain/removal/pre-image.ts';
import { VerificationLevel } from '../../lib/domain/removal/verification-level.ts';
import { Instant } from '../../lib/domain/time.ts';
import { describeFaults, describeThrottling } from './connector-faults.ts';
import { describeRedaction } from './connector-redaction.ts';
import { describeRestoring } from './connector-restoring.ts';
import type { ConnectorScene, SceneOffers } from './connector-scene.ts';
import { capabilityOf, chosenTarget, collectAll, stateOf as locatedState } from './connector-steps.ts';

export type { ConnectorScene } from './connector-scene.ts';

/**
 * Declares the contract's tests. `offers` names the hooks of the scene that bring tests of their own; a scene that
 * plays faults nobody asks for fails, so that none goes untried.
 */
export function describeConnector(
  name: string,
  open: () => Promise<ConnectorScene>,
  offers: SceneOffers = {},
): void {
  describe(`${name} as a connector`, () => {
    let scene: ConnectorScene;
    beforeEach(async () => {
      scene = await open();
    });
    afterEach(async () => {
      await scene.close();
    });

    const collect = () => collectAll(scene);
    const target = (change?: Partial<Identity>): Promise<RemovalTarget> => chosenTarget(scene, change);
    const stateOf = (of: RemovalTarget): Promise<ObservedState> => locatedState(scene, of);

    it('has a manifest that names each thing it cannot do, and why', () => {
      const { capabilities, id, identityKinds, permissions } = scene.connector.manifest;
      const all = [
        capabilities.collect,
        ...[capabilities.disable, capabilities.restore].flatMap(Object.values),
      ];

      expect(id).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(identityKinds.length).toBeGreaterThan(0);
      for (const each of all as Capability[]) {
        expect(each.how === 'unsupported' ? each.reason : each.description).not.toBe('');
      }
      for (const { action, resource, why } of permissions) expect([action, resource, why]).not.toContain('');
      expect(Object.keys(capabilities.restore).sort()).toEqual(Object.keys(capabilities.disable).sort());
      expect(Object.keys(capabilities.verify).sort()).toEqual(Object.keys(capabilities.disable).sort());
      expect(Object.keys(capabilities.remove).sort()).toEqual(Object.keys(capabilities.disable).sort());
    });

    it('lists every identity once, each of a kind its manifest names', async () => {
      const { identities } = await collect();

      expect(identities.length).toBeGreaterThan(0);
      for (const identity of identities) {
        expect(Identity.parse(identity)).toEqual(identity);
        expect(identity.connector).toBe(scene.connector.manifest.id);
        expect(identity.identityId).toBe(
          `${identity.connector}/${identity.scope}/${identity.kind}/${identity.nativeId}`,
        );
        expect(scene.connector.manifest.identityKinds).toContain(identity.kind);
        const ids = identity.credentials.map(({ credentialId }) => credentialId);
        expect(new Set(ids).size).toBe(ids.length);
      }
      expect(new Set(identities.map(({ identityId }) => identityKeyOf(identityId))).size).toBe(
        identities.length,
      );
    });

    it('lists the same twice', async () => {
      const ids = async () => (await collect()).identities.map(({ identityId }) => identityId).sort();

      expect(await ids()).toEqual(await ids());
    });

    it('reports what it did, and a reading broken off is partial', async () => {
      const { report } = await collect();
      const broken = scene.connector.collect();
      for await (const _first of broken.identities) break;

      expect(CollectionReport.parse(report)).toEqual(report);
      expect(report).toMatchObject({ connector: scene.connector.manifest.id, completeness: 'complete' });
      expect(broken.report().completeness).toBe('partial');
    });

    it('does twice what it does once, with the same pre-image', async () => {
      const chosen = await target();
      const state = await stateOf(chosen);

      const first = await scene.connector.disable(chosen, state);
      const second = await scene.connector.disable(chosen, state);

      expect(PreImage.parse(first.preImage)).toEqual(first.preImage);
      expect(second.preImage).toEqual(first.preImage);
      expect(second.changed).toBe(false);
      expect(first.evidence.length).toBeGreaterThan(0);
      expect(first.preImage.detail).toEqual(state.detail);
    });

    it('claims a verification level only as far as its manifest goes', async () => {
      const chosen = await target();
      const { preImage, changed } = await scene.connector.disable(chosen, await stateOf(chosen));
      const capability = capabilityOf(scene.connector.manifest.capabilities.disable, chosen);

      const result = await scene.connector.verify(chosen, preImage, scene.now());

      expect(VerificationLevel.parse(result.level)).not.toBe('proven');
      expect(result.reasons.length).toBeGreaterThan(0);
      expect(changed).toBe(capability?.how === 'automatic');
      expect(result.level === 'unchecked').toBe(capability?.how !== 'automatic');
      expect(Instant.optional().safeParse(result.sessionsMayLiveUntil).success).toBe(true);
    });

    it('puts back exactly what it found', async () => {
      const chosen = await target();
      const before = await stateOf(chosen);
      const { preImage } = await scene.connector.disable(chosen, before);

      const stored = PreImage.parse(JSON.parse(JSON.stringify(preImage)));
      await scene.connector.restore(chosen, stored);
      await scene.connector.restore(chosen, stored);

      const after = await stateOf(chosen);
      expect(after.detail).toEqual(before.detail);
      expect(after.enabled).toBe(before.enabled);
    });

    it('refuses what is protected', async () => {
      const chosen = await target({ protection: { protected: true, reason: 'break-glass' } });
      const state = await stateOf(chosen);

      await expect(scene.connector.disable(chosen, state)).rejects.toMatchObject({ code: 'PROTECTED' });
    });

    it('refuses a credential the identity does not have', async () => {
      const chosen = { ...(await target()), credentialId: 'no-such-credential' };

      await expect(scene.connector.locate(chosen)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('says so when the target is gone', async () => {
      const chosen = await target();
      await scene.vanish();

      expect(await scene.connector.locate(chosen)).toMatchObject({ found: 'vanished' });
    });

    it('plays the faults it was said to play, and no others', () => {
      expect(scene.faults !== undefined).toBe(offers.faults === true || offers.throttling === true);
      expect(scene.faults?.throttle !== undefined).toBe(offers.throttling === true);
    });

    describeRestoring(() => scene);
    describeRedaction(() => scene);
    if (offers.faults) describeFaults(() => scene, open);
    if (offers.throttling) describeThrottling(() => scene);
  });
}
