// Records as a campaign over a few thousand service accounts would hold them.
import { createHash } from 'node:crypto';
import type { Records } from '../../lib/application/ports/records.ts';
import { CampaignId } from '../../lib/domain/campaign/campaign.ts';
import { IdentityId, identityKeyOf } from '../../lib/domain/identity/identity-id.ts';
import { Instant } from '../../lib/domain/time.ts';

/** The instant most samples start at. */
export const T0 = Instant.parse('2026-01-05T08:00:00.000Z');

/** An instant written in short: `at('2026-01-05T10:00')`. */
export function at(text: string): Instant {
  return Instant.parse(`${text}${text.length === 16 ? ':00.000' : ''}Z`);
}

/** A digest of a text. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The campaign of that name. */
export function campaignNamed(name: string) {
  return CampaignId.parse(name);
}

/** The n-th service account. */
export function identityNumbered(number: number) {
  const identityId = IdentityId.parse(
    `aws-iam/123456789012/service-account/arn:aws:iam::123456789012:user/svc-billing-export-${number}`,
  );
  return { identityId, identityKey: identityKeyOf(identityId) };
}

/** A campaign. */
export function campaign(change: Partial<Records['campaign']> = {}): Records['campaign'] {
  return {
    schemaVersion: 1,
    version: 1,
    campaignId: campaignNamed('quarterly-20260105'),
    definitionId: 'quarterly',
    definitionVersion: 3,
    definitionDigest: digestOf('definition'),
    title: 'Quarterly review of service accounts',
    state: 'opening',
    startedAt: T0,
    dueAt: at('2026-01-26T23:59'),
    graceEndsAt: at('2026-01-31T23:59'),
    closeBy: at('2026-02-21T23:59'),
    inventories: [digestOf('inventory')],
    directoryDigest: digestOf('directory'),
    launchedBy: 'schedule',
    findings: [],
    ...change,
  };
}

/** An open review item of the n-th service account. */
export function item(number: number, change: Partial<Records['item']> = {}): Records['item'] {
  return {
    schemaVersion: 1,
    version: 1,
    campaignId: campaignNamed('quarterly-20260105'),
    ...identityNumbered(number),
    connector: 'aws-iam',
    kind: 'service-account',
    name: `svc-billing-export-${number}`,
    state: 'open',
    tier: 'critical',
    risk: (number * 37) % 101,
    reviewerId: 'maria.rossi',
    reviewerSince: T0,
    routedBy: 'declared-file',
    hops: [],
    snapshot: digestOf(`snapshot ${number}`),
    snapshotAt: at('2026-01-05T07:00'),
    unchanged: false,
    group: digestOf('group').slice(0, 16),
    recommendation: 'switch-off',
    removalIds: [],
    round: 0,
    answers: 0,
    ...change,
  };
}

/** The answer a reviewer typically gives. */
export function decision(): NonNullable<Records['item']['decision']> {
  return {
    verdict: 'certify',
    by: 'maria.rossi',
    at: at('2026-01-12T09:00'),
    method: 'slack-signed-interaction',
    reason: 'Still exports the nightly billing files to the finance bucket; confirmed with the team.',
    attestationId: digestOf('attestation'),
    validUntil: at('2026-02-12T09:00'),
  };
}

/** A docket. */
export function docket(reviewerId: string, change: Partial<Records['docket']> = {}): Records['docket'] {
  return {
    schemaVersion: 1,
    version: 1,
    campaignId: campaignNamed('quarterly-20260105'),
    reviewerId,
    state: 'chasing',
    createdAt: T0,
    servedRungs: [],
    tellings: [],
    nextDueAt: T0,
    ...change,
  };
}

/** A planned removal of the n-th service account. */
export function removal(number: number, change: Partial<Records['removal']> = {}): Records['removal'] {
  return {
    schemaVersion: 1,
    version: 1,
    removalId: `removal-${number}`,
    campaignId: campaignNamed('quarterly-20260105'),
    ...identityNumbered(number),
    connector: 'aws-iam',
    tier: 'high',
    name: `svc-billing-export-${number}`,
    ownerId: 'maria.rossi',
    cause: 'no-response',
    becauseOf: digestOf('no response'),
    snapshot: digestOf(`snapshot ${number}`),
    mode: 'armed',
    state: 'planned',
    plannedAt: T0,
    executeAfter: at('2026-02-01T08:00'),
    holds: [],
    approvals: [],
    attempts: 0,
    steps: 0,
    ...change,
  };
}

/** An exception wanted for the n-th service account. */
export function riskException(
  number: number,
  change: Partial<Records['exception']> = {},
): Records['exception'] {
  return {
    schemaVersion: 1,
    version: 1,
    exceptionId: `exception-${number}`,
    campaignId: campaignNamed('quarterly-20260105'),
    ...identityNumbered(number),
    state: 'requested',
    requestedBy: 'maria.rossi',
    requestedAt: T0,
    until: at('2026-03-01T08:00'),
    reason: 'Replacement ships in February.',
    compensatingControl: 'Source address is limited to the build network.',
    renewals: 0,
    snapshot: digestOf(`snapshot ${number}`),
    decisionAttestationId: digestOf(`decision ${number}`),
    ...change,
  };
}

/** A promise about the n-th service account. */
export function promiseToChange(
  number: number,
  change: Partial<Records['promise']> = {},
): Records['promise'] {
  return {
    schemaVersion: 1,
    version: 1,
    promiseId: `promise-${number}`,
    campaignId: campaignNamed('quarterly-20260105'),
    ...identityNumbered(number),
    verdict: 'rotate',
    byPersonId: 'maria.rossi',
    madeAt: T0,
    dueAt: at('2026-02-01T08:00'),
    expectation: 'The access key is younger than this promise.',
    snapshot: digestOf(`snapshot ${number}`),
    decisionAttestationId: digestOf(`decision ${number}`),
    state: 'pending',
    ...change,
  };
}

/** Something that happened to the n-th service account. */
export function event(number: number, change: Partial<Records['event']> = {}): Records['event'] {
  return {
    schemaVersion: 1,
    version: 1,
    identityKey: identityNumbered(number).identityKey,
    eventId: `event-${number}`,
    event: 'widened',
    cause: 'It may now write to the finance bucket.',
    at: T0,
    state: 'noted',
    ...change,
  };
}

/** The directory as it was compared last. */
export function directorySeen(change: Partial<Records['directory-seen']> = {}): Records['directory-seen'] {
  return {
    schemaVersion: 1,
    version: 1,
    name: 'people',
    digest: digestOf('directory'),
    at: T0,
    nextDueAt: at('2026-01-06T08:00'),
    ...change,
  };
}

/** A claimed notice. */
export function notice(noticeId: string, change: Partial<Records['notice']> = {}): Records['notice'] {
  return {
    schemaVersion: 1,
    version: 1,
    noticeId,
    personId: 'maria.rossi',
    channel: 'slack',
    purpose: 'digest',
    occasion: '2026-01-05',
    state: 'claimed',
    campaignIds: ['quarterly-20260105'],
    rungs: [],
    claimedAt: T0,
    leaseUntil: at('2026-01-05T08:05'),
    attempts: 1,
    maybeDuplicate: false,
    givenBack: false,
    shown: digestOf('nothing shown'),
    ...change,
  };
}

/** Slack's members, read once, and a pass under way. */
export function slackMembers(change: Partial<Records['slack-members']> = {}): Records['slack-members'] {
  return {
    schemaVersion: 1,
    version: 1,
    teamId: 'T0ACME',
    read: { digest: digestOf('members'), at: T0, members: 1500 },
    pass: { startedAt: T0, cursor: 'dXNlcjpVMEc5V0ZYTlo=', pages: [digestOf('page 1')] },
    nextDueAt: at('2026-01-05T08:15'),
    ...change,
  };
}

/** An attestation in the inbox, and the permanent row that says it exists. */
export function attestation(name: string): {
  readonly inbox: Records['inbox'];
  readonly attested: Records['attested'];
} {
  const attestationId = digestOf(name);
  return {
    inbox: {
      schemaVersion: 1,
      version: 1,
      attestationId,
      envelope: `{"payloadType":"application/vnd.in-toto+json","payload":"${'e30'.repeat(600)}"}`,
      receivedAt: T0,
    },
    attested: {
      schemaVersion: 1,
      version: 1,
      attestationId,
      predicateType: 'https://countersign.dev/decision/v1',
      at: T0,
      leafHash: digestOf(`leaf ${name}`),
    },
  };
}

/** A claimed batch of a population being written. */
export function openingPart(
  batch: number,
  change: Partial<Records['opening-part']> = {},
): Records['opening-part'] {
  return {
    schemaVersion: 1,
    version: 1,
    campaignId: campaignNamed('quarterly-20260105'),
    batch,
    claimedUntil: at('2026-01-05T08:16'),
    expiresAt: at('2026-02-05T08:00'),
    ...change,
  };
}

/** A message that was worked on. */
export function handled(messageId: string): Records['handled'] {
  return {
    schemaVersion: 1,
    version: 1,
    messageId,
    handledAt: T0,
    expiresAt: at('2026-01-06T08:00'),
    outcome: 'done',
  };
}
