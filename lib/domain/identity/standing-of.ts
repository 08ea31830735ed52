// The keeps and exceptions an identity's standing rests on, and what ended each before its time.
import type { Removal } from '../removal/removal.ts';
import type { RiskException } from '../review/exception.ts';
import type { PromiseToChange } from '../review/promise.ts';
import type { ReviewItem } from '../review/review-item.ts';
import type { Instant } from '../time.ts';
import type { Vouching } from './standing.ts';

/** Something that ends every vouching given before it. */
export interface VouchingEnd {
  readonly at: Instant;
  readonly why: string;
}

/**
 * Everything that ever vouched for an identity. A keep that waits for its second approver does not count, nor an
 * exception before its approver granted it. A missed promise, drift, or a later answer to switch it off as a whole ends
 * what was vouched before; so do `otherEnds` (privileges grew, …).
 */
export function vouchingsOf(
  items: readonly Pick<ReviewItem, 'decision'>[],
  exceptions: readonly Pick<
    RiskException,
    'approvedAt' | 'until' | 'decisionAttestationId' | 'endedAt' | 'state'
  >[],
  promises: readonly Pick<PromiseToChange, 'state' | 'settledAt' | 'dueAt' | 'verdict'>[],
  removals: readonly Pick<Removal, 'driftedAt'>[],
  otherEnds: readonly VouchingEnd[] = [],
): Vouching[] {
  const ends = [
    ...items.flatMap(endOfRevocation),
    ...promises.flatMap(endOfPromise),
    ...removals.flatMap(endOfDrift),
    ...otherEnds,
  ].toSorted((a, b) => (a.at < b.at ? -1 : 1));
  return [...items.flatMap(keepOf), ...exceptions.flatMap(exceptionOf)].map((vouching) =>
    endedBy(vouching, ends),
  );
}

function keepOf({ decision }: Pick<ReviewItem, 'decision'>): readonly Vouching[] {
  if (decision?.verdict !== 'certify' || decision.awaitingSecond === true) return [];
  if (decision.validUntil === undefined || decision.validUntil <= decision.at) return [];
  const { at, validUntil, attestationId } = decision;
  return [{ kind: 'vouched', from: at, until: validUntil, attestationId }];
}

function exceptionOf(
  exception: Pick<RiskException, 'approvedAt' | 'until' | 'decisionAttestationId' | 'endedAt' | 'state'>,
): readonly Vouching[] {
  const { approvedAt, until, decisionAttestationId, endedAt, state } = exception;
  if (approvedAt === undefined || until <= approvedAt) return [];
  if (state === 'requested' || state === 'refused') return [];
  const vouching = {
    kind: 'excepted',
    from: approvedAt,
    until,
    attestationId: decisionAttestationId,
  } as const;
  if (endedAt === undefined) return [vouching];
  const endedWhy = state === 'superseded' ? 'a later answer superseded the exception' : 'the exception ended';
  return [{ ...vouching, endedAt, endedWhy }];
}

/** One stale key of two switched off says nothing about the identity. */
function endOfRevocation({ decision }: Pick<ReviewItem, 'decision'>): readonly VouchingEnd[] {
  if (decision?.verdict !== 'revoke' || decision.credentialIds !== undefined) return [];
  return [{ at: decision.at, why: 'its owner asked to switch it off' }];
}

function endOfPromise({
  state,
  settledAt,
  dueAt,
  verdict,
}: Pick<PromiseToChange, 'state' | 'settledAt' | 'dueAt' | 'verdict'>): readonly VouchingEnd[] {
  return state === 'missed'
    ? [{ at: settledAt ?? dueAt, why: `the promise to ${verdict} it was missed` }]
    : [];
}

function endOfDrift({ driftedAt }: Pick<Removal, 'driftedAt'>): readonly VouchingEnd[] {
  return driftedAt === undefined ? [] : [{ at: driftedAt, why: 'it was found switched on again (drift)' }];
}

function endedBy(vouching: Vouching, ends: readonly VouchingEnd[]): Vouching {
  const first = ends.find(({ at }) => at > vouching.from);
  const known = vouching.endedAt;
  if (!first || first.at >= vouching.until || (known !== undefined && known <= first.at)) return vouching;
  return { ...vouching, endedAt: first.at, endedWhy: first.why };
}
