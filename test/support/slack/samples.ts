// Review items, snapshots, dockets and people to render and act on.

import type { DocketView, ItemView } from '../../../lib/application/ports/messenger.ts';
import { CampaignId } from '../../../lib/domain/campaign/campaign.ts';
import { identityIdOf, identityKeyOf } from '../../../lib/domain/identity/identity-id.ts';
import type { RiskTier } from '../../../lib/domain/identity/risk-tier.ts';
import { Removal } from '../../../lib/domain/removal/removal.ts';
import { Person } from '../../../lib/domain/review/person.ts';
import { ReviewItem } from '../../../lib/domain/review/review-item.ts';
import { Snapshot } from '../../../lib/domain/review/snapshot.ts';
import type { Instant } from '../../../lib/domain/time.ts';

export const now = '2026-11-21T09:00:00.000Z' as Instant;
export const campaignId = CampaignId.parse('quarterly-20261103');
const dueAt = '2026-11-24T23:59:59.999Z' as Instant;
const graceEndsAt = '2026-11-29T23:59:59.999Z' as Instant;
const digest = 'ab'.repeat(32);
const unknown = { known: false, lookedIn: ['tags', 'CODEOWNERS'] } as const;

/** What varies between sample items. */
export interface SampleItem {
  readonly name?: string;
  readonly nativeId?: string;
  readonly tier?: RiskTier;
  readonly risk?: number;
  readonly purpose?: string | undefined;
  readonly credentials?: number;
  readonly text?: string;
  readonly unchanged?: boolean;
}

/** One item with its snapshot; `text` fills every sentence an attacker could write. */
export function sampleItem(sample: SampleItem = {}): ItemView {
  const { name = 'ci-deployer', tier = 'high', risk = 70, text } = sample;
  const identityId = identityIdOf(
    'aws-iam',
    '123456789012',
    'service-account',
    sample.nativeId ?? 'user/ci-deployer',
  );
  const item = ReviewItem.parse({
    schemaVersion: 1,
    version: 1,
    campaignId,
    identityKey: identityKeyOf(identityId),
    identityId,
    connector: 'aws-iam',
    kind: 'service-account',
    name,
    state: 'open',
    tier,
    risk,
    reviewerId: 'ada',
    reviewerSince: now,
    routedBy: 'tag',
    snapshot: digest,
    snapshotAt: now,
    unchanged: sample.unchanged ?? false,
    group: 'g-1',
    recommendation: 'switch-off',
  });
  return { item, snapshot: sampleSnapshot(sample, item, text) };
}

function sampleSnapshot(sample: SampleItem, item: ReviewItem, text: string | undefined): Snapshot {
  const said = (fallback: string) => text ?? fallback;
  const fact = (value: string | undefined, source: string) =>
    value === undefined ? unknown : { known: true, value, source };
  return Snapshot.parse({
    schemaVersion: 1,
    campaignId,
    definitionDigest: digest,
    inventory: digest,
    takenAt: now,
    question: said(
      'Still needed for deploying the shop by the shop pipeline, with these credentials and this access?',
    ),
    identity: {
      schemaVersion: 1,
      identityId: item.identityId,
      connector: item.connector,
      scope: '123456789012',
      kind: item.kind,
      nativeId: 'user/ci-deployer',
      name: item.name,
      environment: fact(said('production'), 'tag env'),
      purpose: fact('purpose' in sample ? sample.purpose : said('deploys the shop'), 'tag purpose'),
      boundTo: fact(said('github.com/acme/shop'), 'tag repository'),
      consumers: { known: true, value: [said('shop pipeline')], source: 'CloudTrail' },
      ownedByCode: unknown,
      approval: unknown,
      createdAt: { known: true, value: '2023-02-01T10:00:00.000Z', source: 'credential report' },
      createdBy: fact(said('bruno'), 'CloudTrail'),
      lastUse: {
        state: 'used',
        at: '2026-11-18T07:12:00.000Z',
        service: said('s3'),
        caller: said('arn:aws:sts::123456789012:assumed-role/ci'),
        source: said('credential report'),
      },
      credentials: Array.from({ length: sample.credentials ?? 1 }, (_, position) => ({
        credentialId: `access-key-${position + 1}`,
        type: 'access-key',
        status: 'active',
        createdAt: { known: true, value: '2023-02-01T10:00:00.000Z', source: 'credential report' },
        lastRotatedAt: unknown,
        expiresAt: unknown,
        lastUse: { state: 'never', source: 'credential report' },
      })),
      entitlements: {
        level: 'admin',
        admin: 'yes',
        adminReason: said('AdministratorAccess is attached'),
        services: ['*'],
        policies: [{ name: said('AdministratorAccess'), via: 'managed' }],
        trust: [
          { principal: said('Service:ec2.amazonaws.com'), external: false, wildcard: false, conditions: [] },
        ],
      },
      tags: { env: 'production' },
      ownerHints: [],
      traits: ['shared'],
      protection: { protected: false, reason: '' },
      removalPath: { how: 'disable', description: said('UpdateAccessKey Inactive'), reversible: true },
      observedAt: now,
    },
    risk: { score: item.risk, tier: item.tier, reasons: [{ points: 40, reason: said('administrator') }] },
    standing: { standing: 'unattested', since: '2026-10-01T00:00:00.000Z', why: said('never reviewed') },
    owners: [
      { role: 'accountable', value: said('ada'), source: 'tag', detail: 'owner', outcome: 'reviewer' },
    ],
    reviewer: { pseudonym: digest, routedBy: 'tag' },
    recommendation: { advice: 'switch-off', reasons: [said('one key was never used'), 'administrator'] },
    changes: [said('a policy was attached')],
    comparedWith: 'attestation-1',
    breaksIfRemoved: said('the nightly deployment of the shop'),
  });
}

const TIERS: readonly RiskTier[] = ['critical', 'high', 'medium', 'low'];

/** `count` items, the worst first, of all tiers. */
export function sampleItems(count: number, sample: SampleItem = {}): readonly ItemView[] {
  return Array.from({ length: count }, (_, position) => {
    const tier = TIERS[Math.min(3, Math.floor((position * 4) / count))] ?? 'low';
    const risk = Math.max(0, 100 - Math.floor((position * 100) / count));
    return sampleItem({
      name: `service-${position}`,
      ...sample,
      nativeId: `user/service-${position}`,
      tier,
      risk,
    });
  });
}

/** A docket over the items. `open` may be more than what is shown. */
export function sampleDocket(items: readonly ItemView[], more: Partial<DocketView> = {}): DocketView {
  const count = (tier: RiskTier) => items.filter(({ item }) => item.tier === tier).length;
  return {
    campaignId,
    title: 'Quarterly review of service accounts',
    dueAt,
    graceEndsAt,
    open: items.length,
    byTier: { critical: count('critical'), high: count('high'), medium: count('medium'), low: count('low') },
    items,
    groups: [],
    ...more,
  };
}

/** A member of the workspace T0ACME. */
export function samplePerson(more: Partial<Person> = {}): Person {
  return Person.parse({
    personId: 'ada',
    name: 'Ada Adeyemi',
    email: 'ada@acme.example',
    slack: { teamId: 'T0ACME', userId: 'U0ADA' },
    timeZone: 'Europe/Zurich',
    active: true,
    ...more,
  });
}

/** A removal that was carried out. */
export function sampleRemoval(more: Partial<Removal> = {}): Removal {
  const { item } = sampleItem();
  return Removal.parse({
    schemaVersion: 1,
    version: 3,
    removalId: 'removal-1',
    campaignId,
    identityKey: item.identityKey,
    identityId: item.identityId,
    connector: 'aws-iam',
    tier: 'high',
    name: item.name,
    credentialId: 'access-key-2',
    ownerId: 'ada',
    cause: 'no-response',
    becauseOf: 'attestation-2',
    snapshot: digest,
    mode: 'armed',
    state: 'quarantined',
    plannedAt: now,
    executeAfter: now,
    ...more,
  });
}
