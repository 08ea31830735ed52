// Builders of well-formed records for tests; each takes what matters to the test.
import { Campaign, CampaignId } from '../../../lib/domain/campaign/campaign.ts';
import { Definition, type DefinitionInput } from '../../../lib/domain/campaign/definition.ts';
import { Credential } from '../../../lib/domain/identity/credential.ts';
import { known, unknown } from '../../../lib/domain/identity/fact.ts';
import { Identity } from '../../../lib/domain/identity/identity.ts';
import { IdentityId, identityKeyOf } from '../../../lib/domain/identity/identity-id.ts';
import { ObservedState } from '../../../lib/domain/removal/pre-image.ts';
import { Removal } from '../../../lib/domain/removal/removal.ts';
import { Authenticated, DecisionRecord } from '../../../lib/domain/review/decision.ts';
import { Docket } from '../../../lib/domain/review/docket.ts';
import { RiskException } from '../../../lib/domain/review/exception.ts';
import { Person, Team } from '../../../lib/domain/review/person.ts';
import { PromiseToChange } from '../../../lib/domain/review/promise.ts';
import { ReviewItem } from '../../../lib/domain/review/review-item.ts';
import { Snapshot } from '../../../lib/domain/review/snapshot.ts';
import { Instant, plusDays } from '../../../lib/domain/time.ts';

/** Monday, 7 September 2026, 10:00 UTC: "today" of the tests. */
export const NOW = Instant.parse('2026-09-07T10:00:00.000Z');

/** An instant written short: `at('2026-09-07T10:00')`. */
export function at(text: string): Instant {
  return Instant.parse(`${text}:00.000Z`);
}

/** `days` before today. */
export function ago(days: number): Instant {
  return plusDays(NOW, -days);
}

/** `days` after today. */
export function ahead(days: number): Instant {
  return plusDays(NOW, days);
}

export const IDENTITY_ID = IdentityId.parse('aws-iam/123456789012/service-account/deploy');
export const CAMPAIGN_ID = CampaignId.parse('quarterly-20260901');

type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined };

export function credential(change: Loose<Credential> = {}): Credential {
  return Credential.parse({
    credentialId: 'access-key-1',
    type: 'access-key',
    status: 'active',
    createdAt: known(ago(30), 'credential report'),
    lastRotatedAt: known(ago(30), 'credential report'),
    expiresAt: unknown('credential report'),
    lastUse: { state: 'used', at: ago(1), source: 'credential report' },
    ...change,
  });
}

/** A read-only service account, owned, purposeful, in use, with one young key: low risk. */
export function identity(change: Loose<Identity> = {}): Identity {
  return Identity.parse({
    schemaVersion: 1,
    identityId: IDENTITY_ID,
    connector: 'aws-iam',
    scope: '123456789012',
    kind: 'service-account',
    nativeId: 'deploy',
    name: 'deploy',
    environment: known('test', 'tag env'),
    purpose: known('deploying the website', 'tag purpose'),
    boundTo: known('the deploy pipeline', 'tag workload'),
    consumers: unknown('CloudTrail'),
    ownedByCode: unknown('CODEOWNERS'),
    approval: unknown('tags'),
    createdAt: known(ago(400), 'credential report'),
    createdBy: unknown('CloudTrail'),
    lastUse: { state: 'used', at: ago(1), source: 'credential report' },
    credentials: [credential()],
    entitlements: {
      level: 'read',
      admin: 'no',
      adminReason: 'no statement grants it',
      services: ['s3'],
      policies: [{ name: 'read-site', via: 'inline' }],
      trust: [],
    },
    tags: {},
    ownerHints: [{ role: 'technical', value: 'ana@example.com', source: 'tag', detail: 'tag owner' }],
    traits: [],
    protection: { protected: false, reason: '' },
    removalPath: { how: 'disable', description: 'Set its keys inactive.', reversible: true },
    observedAt: NOW,
    ...change,
  });
}

export function person(personId: string, change: Loose<Person> = {}): Person {
  return Person.parse({
    personId,
    name: personId.toUpperCase(),
    email: `${personId}@example.com`,
    timeZone: 'UTC',
    active: true,
    ...change,
  });
}

export function team(teamId: string, accountableId: string, change: Loose<Team> = {}): Team {
  return Team.parse({ teamId, name: `${teamId} team`, accountableId, memberIds: [accountableId], ...change });
}

export function definition(change: Loose<DefinitionInput> = {}): Definition {
  return Definition.parse({
    apiVersion: 'countersign.dev/v1',
    definitionId: 'quarterly',
    version: 1,
    title: 'Quarterly review',
    reviewers: { fallback: 'platform', manager: 'mia', approvers: 'security', riskAcceptors: 'security' },
    ...change,
  });
}

export function campaign(change: Loose<Campaign> = {}): Campaign {
  return Campaign.parse({
    schemaVersion: 1,
    version: 1,
    campaignId: CAMPAIGN_ID,
    definitionId: 'quarterly',
    definitionVersion: 1,
    definitionDigest: 'd'.repeat(64),
    title: 'Quarterly review',
    state: 'open',
    startedAt: NOW,
    openedAt: NOW,
    dueAt: at('2026-09-28T23:59'),
    graceEndsAt: at('2026-10-03T23:59'),
    closeBy: at('2026-10-24T23:59'),
    inventories: [],
    directoryDigest: 'e'.repeat(64),
    launchedBy: 'mia',
    ...change,
  });
}

export function docket(change: Loose<Docket> = {}): Docket {
  return Docket.parse({
    schemaVersion: 1,
    version: 1,
    campaignId: CAMPAIGN_ID,
    reviewerId: 'ana',
    state: 'chasing',
    createdAt: NOW,
    ...change,
  });
}

export function decision(change: Loose<DecisionRecord> = {}): DecisionRecord {
  return DecisionRecord.parse({
    verdict: 'certify',
    by: 'ana',
    at: NOW,
    method: 'oidc',
    reason: 'in daily use',
    attestationId: 'att-decision',
    ...change,
  });
}

export function item(change: Loose<ReviewItem> = {}): ReviewItem {
  return ReviewItem.parse({
    schemaVersion: 1,
    version: 1,
    campaignId: CAMPAIGN_ID,
    identityKey: identityKeyOf(IDENTITY_ID),
    identityId: IDENTITY_ID,
    connector: 'aws-iam',
    kind: 'service-account',
    name: 'deploy',
    state: 'open',
    tier: 'medium',
    risk: 30,
    reviewerId: 'ana',
    reviewerSince: NOW,
    routedBy: 'tag',
    snapshot: 'a'.repeat(64),
    snapshotAt: NOW,
    unchanged: false,
    group: 'g',
    recommendation: 'look',
    ...change,
  });
}

export function snapshot(change: Loose<Snapshot> = {}): Snapshot {
  return Snapshot.parse({
    schemaVersion: 1,
    campaignId: CAMPAIGN_ID,
    definitionDigest: 'd'.repeat(64),
    inventory: 'b'.repeat(64),
    takenAt: NOW,
    question: 'Still needed?',
    identity: identity(),
    risk: { score: 30, tier: 'medium', reasons: [] },
    standing: { standing: 'unattested', since: ago(10), why: 'never reviewed' },
    owners: [
      {
        role: 'technical',
        value: 'ana@example.com',
        source: 'tag',
        detail: 'tag owner',
        outcome: 'reviewer',
      },
    ],
    reviewer: { pseudonym: 'p', routedBy: 'tag' },
    recommendation: { advice: 'look', reasons: ['first review'] },
    changes: [],
    breaksIfRemoved: 'unknown',
    ...change,
  });
}

export function authenticated(personId: string, method: Authenticated['method'] = 'oidc'): Authenticated {
  return Authenticated.parse({ personId, method, issuer: 'idp', at: NOW, evidenceDigest: 'f'.repeat(64) });
}

export function removal(change: Loose<Removal> = {}): Removal {
  return Removal.parse({
    schemaVersion: 1,
    version: 1,
    removalId: 'rm-1',
    campaignId: CAMPAIGN_ID,
    identityKey: identityKeyOf(IDENTITY_ID),
    identityId: IDENTITY_ID,
    connector: 'aws-iam',
    tier: 'medium',
    name: 'deploy',
    ownerId: 'ana',
    cause: 'no-response',
    becauseOf: 'att-no-response',
    snapshot: 'a'.repeat(64),
    mode: 'armed',
    state: 'planned',
    plannedAt: ago(1),
    executeAfter: ago(1),
    ...change,
  });
}

export function observed(change: Loose<ObservedState> = {}): ObservedState {
  return ObservedState.parse({
    label: 'access key of deploy',
    enabled: true,
    lastUse: { state: 'used', at: ago(1), source: 'GetAccessKeyLastUsed' },
    observedAt: NOW,
    detail: {},
    ...change,
  });
}

export function exception(change: Loose<RiskException> = {}): RiskException {
  return RiskException.parse({
    schemaVersion: 1,
    version: 1,
    exceptionId: 'ex-1',
    campaignId: CAMPAIGN_ID,
    identityKey: identityKeyOf(IDENTITY_ID),
    identityId: IDENTITY_ID,
    state: 'granted',
    requestedBy: 'ana',
    requestedAt: ago(10),
    approvedBy: 'sam',
    approvedAt: ago(9),
    until: ahead(20),
    reason: 'vendor migration',
    compensatingControl: 'alert on every call',
    snapshot: 'a'.repeat(64),
    decisionAttestationId: 'att-except',
    ...change,
  });
}

export function promise(change: Loose<PromiseToChange> = {}): PromiseToChange {
  return PromiseToChange.parse({
    schemaVersion: 1,
    version: 1,
    promiseId: 'pr-1',
    campaignId: CAMPAIGN_ID,
    identityKey: identityKeyOf(IDENTITY_ID),
    identityId: IDENTITY_ID,
    verdict: 'rotate',
    byPersonId: 'ana',
    madeAt: ago(40),
    dueAt: ago(10),
    expectation: 'access-key-1 is rotated',
    snapshot: 'a'.repeat(64),
    decisionAttestationId: 'att-rotate',
    state: 'missed',
    settledAt: ago(10),
    ...change,
  });
}
