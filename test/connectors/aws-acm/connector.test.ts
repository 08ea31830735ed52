import { afterEach, describe, expect, it } from 'vitest';
import { createAwsAcm } from '../../../lib/connectors/aws-acm/connector.ts';
import { AwsAcmSettings } from '../../../lib/connectors/aws-acm/settings.ts';
import { type ConnectorScene, describeConnector } from '../../contracts/connector-contract.ts';
import { recordedAnswer } from '../aws/recorded.ts';
import { AwsFault, KEYS, type StandIn, startStandIn } from '../aws/stand-in.ts';
import { collect, type NewCertificate, type Running, START, start, targetOf } from './account.ts';

const LOAD_BALANCER = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop/1';

async function scene(): Promise<ConnectorScene> {
  const running = await start([
    { domain: 'shop.example.com', inUseBy: [LOAD_BALANCER] },
    { domain: 'old.example.com' },
  ]);
  return {
    connector: running.connector,
    now: () => START,
    choose(identities) {
      const found = identities.find(({ name }) => name === 'shop.example.com');
      if (!found) throw new Error('no shop.example.com');
      return found;
    },
    vanish: () => void running.kept.splice(0),
    secrets: () => [KEYS.secretAccessKey],
    notes: () => running.notes,
    close: () => running.standIn.close(),
  };
}

describeConnector('aws-acm', scene);

let running: Running | undefined;
let standIn: StandIn | undefined;
afterEach(async () => {
  await running?.standIn.close();
  await standIn?.close();
  running = undefined;
  standIn = undefined;
});

async function open(certificates: readonly NewCertificate[], pageSize?: number): Promise<Running> {
  running = await start(certificates, pageSize);
  return running;
}

describe('a certificate', () => {
  it('shows what uses it, when it ends, whether it renews, its key and who its tags say answers for it', async () => {
    const { connector } = await open([
      { domain: 'shop.example.com', inUseBy: [LOAD_BALANCER], tags: { Team: 'payments', env: 'prod' } },
    ]);

    const [certificate] = (await collect(connector)).identities;

    expect(certificate).toMatchObject({
      kind: 'certificate',
      nativeId: 'us-east-1/certificate/00000000-0000-4000-8000-000000000000',
      consumers: { value: [LOAD_BALANCER], source: 'ACM InUseBy' },
      environment: { value: 'prod' },
      ownerHints: [{ role: 'team', value: 'payments' }],
      lastUse: { state: 'unknown' },
      entitlements: { level: 'unknown' },
      removalPath: { how: 'manual', reversible: false },
      credentials: [
        {
          type: 'certificate',
          status: 'active',
          expiresAt: { value: '2027-01-01T00:00:00.000Z' },
          rotation: { automatic: { value: true } },
        },
      ],
    });
    expect(certificate?.entitlements.adminReason).toContain('RSA_2048');
    expect(certificate?.removalPath.description).toContain(LOAD_BALANCER);
  });

  it('of any key algorithm is listed, though ACM by itself lists small RSA keys only', async () => {
    const { connector } = await open([
      { domain: 'rsa', fields: { KeyAlgorithm: 'RSA_2048' } },
      { domain: 'large', fields: { KeyAlgorithm: 'RSA_4096' } },
      { domain: 'curve', fields: { KeyAlgorithm: 'EC_prime256v1' } },
    ]);

    expect((await collect(connector)).identities.map(({ name }) => name)).toEqual(['rsa', 'large', 'curve']);
  });

  it('has unknown consumers when its key is known outside of ACM, and none when it is not', async () => {
    const { connector } = await open([
      { domain: 'own' },
      { domain: 'imported', fields: { Type: 'IMPORTED' } },
      { domain: 'exported', fields: { Type: 'PRIVATE', Exported: true } },
    ]);

    const { identities } = await collect(connector);

    expect(identities.map(({ consumers, name }) => [name, consumers.known])).toEqual([
      ['own', true],
      ['imported', false],
      ['exported', false],
    ]);
  });

  it.each([
    ['ISSUED', 'active'],
    ['EXPIRED', 'expired'],
    ['REVOKED', 'inactive'],
    ['PENDING_VALIDATION', 'inactive'],
    ['SOMETHING_NEW', 'unknown'],
  ])('that is %s has a key that is %s', async (Status, status) => {
    const { connector } = await open([{ domain: 'a', fields: { Status } }]);

    expect((await collect(connector)).identities[0]?.credentials[0]?.status).toBe(status);
  });

  it('that a service governs is protected', async () => {
    const { connector } = await open([{ domain: 'a', fields: { ManagedBy: 'CLOUDFRONT' } }]);

    const target = await targetOf(connector, 'a');
    const located = await connector.locate(target);
    if (located.found !== 'one') expect.fail(located.reason);

    expect(target.reviewed.protection.reason).toMatch(/CLOUDFRONT/);
    await expect(connector.disable(target, located.state)).rejects.toMatchObject({ code: 'PROTECTED' });
  });
});

describe('a collection', () => {
  it('goes through every page, and describes only what is in use', async () => {
    const many = Array.from({ length: 9 }, (_, at) => ({ domain: `${at}.example.com` }));
    const { connector, standIn } = await open([...many, { domain: 'used', inUseBy: [LOAD_BALANCER] }], 4);

    const { identities, report } = await collect(connector);

    expect(identities).toHaveLength(10);
    expect(report.completeness).toBe('complete');
    expect(standIn.calls()).toMatchObject({
      ListCertificates: 3,
      DescribeCertificate: 1,
      ListTagsForCertificate: 10,
    });
  });

  it('warns loudly of a small key, and of one in use that ends soon and is not renewed', async () => {
    const { connector } = await open([
      { domain: 'small', fields: { KeyAlgorithm: 'RSA_1024' } },
      {
        domain: 'ending',
        inUseBy: [LOAD_BALANCER],
        fields: { RenewalEligibility: 'INELIGIBLE', NotAfter: Date.UTC(2026, 2, 20) / 1000 },
      },
      {
        domain: 'renewed',
        inUseBy: [LOAD_BALANCER],
        fields: { NotAfter: Date.UTC(2026, 2, 20) / 1000 },
      },
    ]);

    const { warnings } = (await collect(connector)).report;

    expect(warnings).toHaveLength(2);
    expect(warnings.join('; ')).toMatch(/small .*1,024 bits; ending .*ends on 2026-03-20/);
  });

  it('that may not describe or read tags lists the certificates all the same, and asks once', async () => {
    const used = Array.from({ length: 9 }, (_, at) => ({ domain: `${at}`, inUseBy: [LOAD_BALANCER] }));
    const { connector, standIn } = await open(used);
    standIn.trouble('DescribeCertificate', 'denied', 99);
    standIn.trouble('ListTagsForCertificate', 'denied', 99);

    const { identities, report } = await collect(connector);

    expect(identities).toHaveLength(9);
    expect(report).toMatchObject({ completeness: 'complete' });
    expect(report.gaps).toHaveLength(2);
    expect(identities[8]).toMatchObject({ consumers: { known: false }, environment: { known: false } });
    expect(standIn.calls()['DescribeCertificate']).toBeLessThanOrEqual(4);
  });

  it('that is throttled beyond its budget is partial', async () => {
    const { connector, notes, standIn } = await open([{ domain: 'a' }]);
    standIn.trouble('ListTagsForCertificate', 'throttled', 9);

    const { report } = await collect(connector);

    expect(report.completeness).toBe('partial');
    expect(notes).toHaveLength(2);
  });

  it('fails when it may not list', async () => {
    const { connector, standIn } = await open([{ domain: 'a' }]);
    standIn.trouble('ListCertificates', 'denied');

    await expect(collect(connector)).rejects.toMatchObject({ code: 'DENIED' });
  });
});

describe('a removal', () => {
  it('is a task that names what uses the certificate, the same one every time; nothing is changed', async () => {
    const { connector, standIn } = await open([{ domain: 'shop', inUseBy: [LOAD_BALANCER] }]);
    const target = await targetOf(connector, 'shop');
    const located = await connector.locate(target);
    if (located.found !== 'one') expect.fail(located.reason);

    const first = await connector.disable(target, located.state);
    const second = await connector.disable(target, located.state);

    expect(first).toEqual(second);
    expect(first).toMatchObject({ changed: false });
    expect(first.evidence).toEqual([expect.stringMatching(/^manual-task-/), `in use by ${LOAD_BALANCER}`]);
    expect(Object.keys(standIn.calls()).toSorted()).toEqual([
      'DescribeCertificate',
      'ListCertificates',
      'ListTagsForCertificate',
      'STS GetCallerIdentity',
    ]);
  });

  it('is unchecked while ACM still has it, and confirmed once somebody deleted it', async () => {
    const { connector, kept } = await open([{ domain: 'shop', inUseBy: [LOAD_BALANCER] }]);
    const target = await targetOf(connector, 'shop');
    const located = await connector.locate(target);
    if (located.found !== 'one') expect.fail(located.reason);
    const { preImage } = await connector.disable(target, located.state);

    const before = await connector.verify(target, preImage, START);
    kept.splice(0);
    const after = await connector.verify(target, preImage, START);

    expect(before).toMatchObject({ level: 'unchecked' });
    expect(before.reasons.join()).toContain(LOAD_BALANCER);
    expect(after).toMatchObject({ level: 'confirmed', drifted: false });
    expect(after.reasons.join()).toMatch(/copy of it outside of ACM is trusted until 2027-01-01/);
  });
});

describe('answers recorded from AWS', () => {
  it('of 2019, whose list says little, are filled in from the description', async () => {
    const recorded = {
      ListCertificates: await recordedAnswer('aws-acm/list-certificates.json'),
      DescribeCertificate: await recordedAnswer('aws-acm/describe-certificate.json'),
      ListTagsForCertificate: await recordedAnswer('aws-acm/list-tags-for-certificate.json'),
    };
    standIn = await startStandIn(({ action }) => {
      const found = Object.entries(recorded).find(([name]) => name === action)?.[1];
      if (!found) throw new AwsFault('AccessDeniedException', `nothing recorded of ${action}`, 403);
      return found.body;
    });
    const settings = AwsAcmSettings.parse({ endpoint: standIn.endpoint, emulatorKeys: KEYS });
    const connector = createAwsAcm(settings, { clock: { now: () => START }, note: () => undefined });

    const [certificate] = (await collect(connector)).identities;

    expect(certificate).toMatchObject({
      name: '*.pratyush.com',
      consumers: { known: true, value: [] },
      createdAt: { value: '2019-08-06T11:53:30.000Z' },
      credentials: [
        { status: 'inactive', expiresAt: { known: false }, rotation: { automatic: { value: false } } },
      ],
    });
  });
});
