// What was known about an identity before a campaign started.
import type { Identity } from '../domain/identity/identity.ts';
import { identityKeyOf } from '../domain/identity/identity-id.ts';
import { earliest, type Instant } from '../domain/time.ts';
import type { Past } from './consider-identity.ts';
import type { Environment } from './environment.ts';
import { loadSnapshot } from './load.ts';
import { historyOf } from './standing-of.ts';

/** The past of an identity that no campaign can have seen. */
export function neverReviewed(identity: Identity, startedAt: Instant): Past {
  const since = identity.createdAt.known ? earliest(identity.createdAt.value, startedAt) : startedAt;
  return { standing: { standing: 'unattested', since, why: 'never reviewed' }, last: undefined };
}

/** What is known about an identity from before a campaign that starts at `startedAt`. */
export async function pastOf(
  environment: Environment,
  identity: Identity,
  startedAt: Instant,
): Promise<Past> {
  const never = neverReviewed(identity, startedAt);
  const { standing, items } = await historyOf(
    environment.store,
    identityKeyOf(identity.identityId),
    never.standing.since,
    startedAt,
  );
  const answered = items.find(
    ({ decision }) => decision?.verdict === 'certify' || decision?.verdict === 'except',
  );
  if (!answered) return { standing, last: undefined };
  const snapshot = await loadSnapshot(environment.blobs, answered.snapshot);
  return { standing, last: { digest: answered.snapshot, identity: snapshot.identity } };
}
