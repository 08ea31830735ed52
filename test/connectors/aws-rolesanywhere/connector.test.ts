import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RemovalTarget } from '../../../lib/application/ports/connector.ts';
import { worksWith } from '../../../lib/connectors/aws-rolesanywhere/own-profile.ts';
import { PreImage } from '../../../lib/domain/removal/pre-image.ts';
import { HOUR_MS, MINUTE_MS, plusMs } from '../../../lib/domain/time.ts';
import { collect, idOf, type Running, START, start, targetOf } from './account.ts';

const CERTIFICATE = new URL('../../fixtures/aws-rolesanywhere/certificate.pem', import.meta.url);
const ROLE = 'arn:aws:iam::123456789012:role/apps/build';

let running: Running;
beforeEach(async () => {
  running = await start(2);
});
afterEach(() => running.standIn.close());

async function switchOff(target: RemovalTarget) {
  const located = await running.connector.locate(target);
  if (located.found !== 'one') expect.fail(located.reason);
  const receipt = await running.connector.disable(target, located.state);
  return { ...receipt, preImage: PreImage.parse(JSON.parse(JSON.stringify(receipt.preImage))) };
}

describe('a profile', () => {
  it('shows the roles it opens, what narrows them, and who made it', async () => {
    running.addProfile(
      1,
      {
        roleArns: [ROLE],
        managedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
        sessionPolicy: '{}',
        createdBy: 'arn:aws:iam::123456789012:user/ada',
      },
      { team: 'build', purpose: 'Builders in the cellar' },
    );

    const [profile] = (await collect(running.connector)).identities;

    expect(profile).toMatchObject({
      kind: 'workload-identity',
      nativeId: `us-east-1/profile/${idOf(1)}`,
      purpose: { value: 'Builders in the cellar' },
      createdBy: { value: 'arn:aws:iam::123456789012:user/ada' },
      lastUse: { state: 'unknown' },
      credentials: [{ credentialId: 'trust', type: 'federated-trust', status: 'active' }],
      removalPath: { how: 'disable', reversible: true },
    });
    expect(profile?.entitlements.policies).toEqual([
      { name: ROLE, via: 'role' },
      { name: 'arn:aws:iam::aws:policy/ReadOnlyAccess', via: 'boundary' },
      { name: 'session policy of the profile', via: 'boundary' },
    ]);
    expect(profile?.ownerHints.map(({ role }) => role)).toEqual(['team', 'creator']);
  });

  it('that is switched off says until when sessions may live, by the length it gives them', async () => {
    running.addProfile(1, { durationSeconds: 900 });
    const target = await targetOf(running.connector, 'profile-1', 'trust');
    const { changed, preImage } = await switchOff(target);

    const now = await running.connector.verify(target, preImage, START);
    running.advance(HOUR_MS);
    const later = await running.connector.verify(target, preImage, START);

    expect(changed).toBe(true);
    expect(running.things.profiles.get(idOf(1))?.enabled).toBe(false);
    expect(now).toMatchObject({ level: 'confirmed', sessionsMayLiveUntil: plusMs(START, 15 * MINUTE_MS) });
    expect(now.reasons.join()).toMatch(/no session was attempted/);
    expect(later.sessionsMayLiveUntil).toBeUndefined();
  });

  it('that somebody enabled again is drift', async () => {
    running.addProfile(1);
    const target = await targetOf(running.connector, 'profile-1');
    const { preImage } = await switchOff(target);
    Object.assign(running.things.profiles.get(idOf(1)) ?? {}, { enabled: true });

    const result = await running.connector.verify(target, preImage, START);

    expect(result).toMatchObject({ level: 'failed', drifted: true });
  });

  it('that was disabled before stays so when it is restored', async () => {
    running.addProfile(1, { enabled: false });
    const target = await targetOf(running.connector, 'profile-1');
    const { changed, preImage } = await switchOff(target);

    await running.connector.restore(target, preImage);

    expect(changed).toBe(false);
    expect(running.things.profiles.get(idOf(1))?.enabled).toBe(false);
  });

  it('is not deleted: it stays disabled', async () => {
    running.addProfile(1);
    const target = await targetOf(running.connector, 'profile-1');
    const { preImage } = await switchOff(target);

    await expect(running.connector.remove(target, preImage)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    running.things.profiles.clear();
    await expect(running.connector.restore(target, preImage)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('that lists the role Countersign works as is its own', () => {
    const session = 'arn:aws:sts::123456789012:assumed-role/build/countersign';

    expect(worksWith({ roleArns: [ROLE] }, session)).toBe(true);
    expect(worksWith({ roleArns: [`${ROLE}-2`] }, session)).toBe(false);
    expect(worksWith({ roleArns: ['arn:aws:iam::999999999999:role/build'] }, session)).toBe(false);
    expect(worksWith({ roleArns: [ROLE] }, 'arn:aws:iam::123456789012:user/build')).toBe(false);
  });
});

describe('a trust anchor', () => {
  it('shows whose certificates it lets in, and when the authority’s own ends', async () => {
    const x509CertificateData = await readFile(CERTIFICATE, 'utf8');
    running.addAnchor(1, {
      source: { sourceType: 'CERTIFICATE_BUNDLE', sourceData: { x509CertificateData } },
    });
    running.addAnchor(2, {
      source: {
        sourceType: 'AWS_ACM_PCA',
        sourceData: { acmPcaArn: 'arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/1' },
      },
    });

    const [bundle, pca] = (await collect(running.connector)).identities;

    expect(bundle).toMatchObject({
      credentials: [{ expiresAt: { value: '2027-12-27T08:05:47.000Z' } }],
      entitlements: { trust: [{ external: true, wildcard: true }] },
    });
    expect(pca).toMatchObject({
      credentials: [{ expiresAt: { known: false } }],
      entitlements: { trust: [{ principal: expect.stringContaining('acm-pca'), external: false }] },
    });
  });

  it('that is switched off and on again is as it was', async () => {
    running.addAnchor(1);
    const target = await targetOf(running.connector, 'anchor-1');
    const { preImage } = await switchOff(target);
    expect(running.things.anchors.get(idOf(1))?.enabled).toBe(false);
    expect(await running.connector.verify(target, preImage, START)).toMatchObject({
      level: 'confirmed',
      sessionsMayLiveUntil: plusMs(START, 12 * HOUR_MS),
    });

    await running.connector.restore(target, preImage);

    expect(running.things.anchors.get(idOf(1))?.enabled).toBe(true);
  });
});

describe('a subject', () => {
  const credentials = async () => [
    {
      serialNumber: '0b',
      enabled: true,
      seenAt: '2026-02-28T10:00:00Z',
      x509CertificateData: await readFile(CERTIFICATE, 'utf8'),
    },
    {
      serialNumber: '0c',
      enabled: false,
      seenAt: '2025-02-28T10:00:00Z',
      x509CertificateData: 'no certificate',
    },
    { serialNumber: '0b', issuer: 'CN=another', enabled: true, failed: true, seenAt: '2026-02-28T11:00:00Z' },
  ];

  it('shows when it was last seen and each certificate it came with', async () => {
    running.addSubject(1, { lastSeenAt: '2026-02-28T11:00:00.5Z', credentials: await credentials() });
    for (const at of [1, 2, 3]) running.things.crls.push({ crlId: idOf(at), enabled: at !== 2 });

    const [subject] = (await collect(running.connector)).identities;

    expect(subject).toMatchObject({
      kind: 'certificate',
      name: 'CN=workload-1',
      lastUse: { state: 'used', at: '2026-02-28T11:00:00.500Z' },
      removalPath: { how: 'manual', description: expect.stringContaining('2 revocation list(s) in force') },
      credentials: [
        {
          credentialId: expect.stringMatching(/^0b@[0-9a-f]{12}$/),
          status: 'active',
          expiresAt: { value: '2027-12-27T08:05:47.000Z' },
          lastUse: { state: 'used' },
        },
        { credentialId: '0c', status: 'inactive', expiresAt: { known: false } },
        { credentialId: expect.stringMatching(/^0b@/), status: 'active', lastUse: { state: 'unknown' } },
      ],
    });
  });

  it('is a task; its certificates are confirmed off only once Roles Anywhere says so', async () => {
    const others = await credentials();
    const one = { serialNumber: '0d', enabled: true };
    running.addSubject(1, { credentials: [one, ...others] });
    const target = await targetOf(running.connector, 'CN=workload-1', '0d');
    const { changed, evidence, preImage } = await switchOff(target);
    const before = await running.connector.verify(target, preImage, START);
    running.addSubject(1, { credentials: [...others, { ...one, enabled: false }] });
    const after = await running.connector.verify(target, preImage, START);
    running.things.subjects.clear();
    const forgotten = await running.connector.verify(target, preImage, START);

    expect(changed).toBe(false);
    expect(evidence).toEqual([expect.stringMatching(/^manual-task-/)]);
    expect([before.level, after.level, forgotten.level]).toEqual(['unchecked', 'confirmed', 'unchecked']);
  });
});

describe('a collection', () => {
  it('goes through every page of each list', async () => {
    for (const at of [1, 2, 3, 4, 5]) {
      running.addProfile(at);
      running.addAnchor(at);
      running.addSubject(at);
    }

    const { identities, report } = await collect(running.connector);

    expect(identities).toHaveLength(15);
    expect(report.completeness).toBe('complete');
    for (const action of ['ListProfiles', 'ListTrustAnchors', 'ListSubjects']) {
      expect(report.calls.find((call) => call.action === action)).toMatchObject({ calls: 3, pages: 3 });
    }
  });

  it('that may not read tags, subjects’ certificates or revocation lists has gaps, and every identity', async () => {
    running.addProfile(1);
    running.addSubject(2);
    for (const action of ['GET /ListTagsForResource', 'GET /subject/*', 'GET /crls']) {
      running.standIn.trouble(action, 'denied', 9);
    }

    const { identities, report } = await collect(running.connector);

    expect(identities).toHaveLength(2);
    expect(report).toMatchObject({ completeness: 'complete' });
    expect(report.gaps).toHaveLength(3);
    expect(identities[1]?.removalPath.description).toMatch(/lists in force are not known/);
  });

  it('of a Region without access is partial, and goes on in the others', async () => {
    running.addProfile(1);

    const { identities, report } = await collect(running.make({ regions: ['eu-west-1', 'us-east-1'] }));

    expect(identities).toHaveLength(1);
    expect(report.completeness).toBe('partial');
    expect(report.gaps.join()).toMatch(/eu-west-1 .*no access in eu-west-1/);
  });

  it('leaves out an entry that is none, says so, and is partial', async () => {
    running.addProfile(1, { profileId: '../../profiles' });
    running.addProfile(2);

    const { identities, report } = await collect(running.connector);

    expect(identities.map(({ name }) => name)).toEqual(['profile-2']);
    expect(report.completeness).toBe('partial');
  });

  it('fails on an answer that is none', async () => {
    running.standIn.trouble('GET /trustanchors', 'nonsense');
    running.standIn.trouble('GET /profiles', 'nonsense');

    await expect(collect(running.connector)).rejects.toMatchObject({ code: 'REJECTED' });
  });

  it('works as the role it is told to assume', async () => {
    running.addProfile(1);

    await collect(running.make({ assumeRole: { roleArn: 'arn:aws:iam::123456789012:role/member' } }));

    expect(running.standIn.calls()).toMatchObject({ 'STS AssumeRole': 1 });
  });
});

describe('a request', () => {
  it('that fails is tried again as often as the settings say, waiting longer each time', async () => {
    running.addProfile(1);
    const target = await targetOf(running.connector, 'profile-1');
    running.standIn.trouble('GET /profile/*', 'throttled', 2);

    const located = await running.make({ attemptsPerRequest: 3 }).locate(target);

    expect(located.found).toBe('one');
    expect(running.waits).toEqual([400, 800]);
  });

  it('that is never answered is given up', async () => {
    running.addProfile(1);
    const target = await targetOf(running.connector, 'profile-1');
    running.standIn.trouble('GET /profile/*', 'silence');

    await expect(running.make({ requestTimeoutMs: 100 }).locate(target)).rejects.toMatchObject({
      code: 'TIMEOUT',
      retryable: true,
    });
  });

  it('that is denied is not', async () => {
    running.addProfile(1);
    const target = await targetOf(running.connector, 'profile-1');
    running.standIn.trouble('GET /profile/*', 'denied');

    await expect(running.make({ attemptsPerRequest: 3 }).locate(target)).rejects.toMatchObject({
      code: 'DENIED',
      retryable: false,
    });
  });

  it('goes nowhere for an id that is none: it would become part of a path', async () => {
    running.addProfile(1);
    const target = await targetOf(running.connector, 'profile-1');
    const reviewed = { ...target.reviewed, nativeId: `us-east-1/profile/${idOf(1)}/../x` };

    await expect(running.connector.locate({ ...target, reviewed })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
    });
  });
});
