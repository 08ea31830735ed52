// The little of a snapshot that tables and metrics need, so that a hundred thousand of them fit in memory.
import { isStatic, secretSince } from '../../domain/identity/credential-age.ts';
import { dormancyOf } from '../../domain/identity/dormancy.ts';
import { valueOf } from '../../domain/identity/fact.ts';
import type { Identity } from '../../domain/identity/identity.ts';
import type { Snapshot } from '../../domain/review/snapshot.ts';
import { type Instant, plusDays } from '../../domain/time.ts';

/** A static credential unrotated for longer counts as unrotated. */
export const ROTATE_WITHIN_DAYS = 90;

/** What is kept of a snapshot. */
export interface SnapshotFacts {
  readonly identityId: string;
  readonly campaignId: string;
  readonly kind: string;
  readonly environment: string;
  readonly privileged: 'yes' | 'no' | 'unknown';
  /** Pseudonym of the reviewer it was routed to, and how that was found. */
  readonly owner: string;
  readonly routedBy: string;
  readonly ticket: string;
  readonly use: 'in-use' | 'dormant' | 'unknown';
  /** Active credentials, by id. */
  readonly active: readonly string[];
  readonly credentials: { readonly ageKnown: number; readonly unrotated: number };
}

/** Keeps what matters, as of a moment. */
export function snapshotFacts(snapshot: Snapshot, asOf: Instant): SnapshotFacts {
  const { identity, reviewer, campaignId } = snapshot;
  return {
    identityId: identity.identityId,
    campaignId,
    kind: identity.kind,
    environment: valueOf(identity.environment) ?? 'unknown',
    privileged: identity.entitlements.admin,
    owner: reviewer.pseudonym,
    routedBy: reviewer.routedBy,
    ticket: valueOf(identity.approval) ?? '',
    use: useOf(identity, asOf),
    active: identity.credentials
      .filter(({ status }) => status === 'active')
      .map(({ credentialId }) => credentialId),
    credentials: rotationOf(identity, asOf),
  };
}

function useOf(identity: Identity, asOf: Instant): SnapshotFacts['use'] {
  const found = dormancyOf(identity.lastUse, identity.createdAt, asOf);
  if (found.use === 'dormant' || found.use === 'in-use') return found.use;
  // Young and not used yet is not dormant; of unknown age, nothing is known.
  return found.use === 'not-yet-used' && found.days !== undefined ? 'in-use' : 'unknown';
}

function rotationOf(identity: Identity, asOf: Instant): SnapshotFacts['credentials'] {
  const ages = identity.credentials
    .filter((credential) => credential.status === 'active' && isStatic(credential))
    .map(secretSince)
    .filter((since) => since !== undefined);
  const limit = plusDays(asOf, -ROTATE_WITHIN_DAYS);
  return { ageKnown: ages.length, unrotated: ages.filter((since) => since < limit).length };
}
