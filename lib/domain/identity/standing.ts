// What an identity has at every moment: vouched until, excepted until, or unattested since.
import * as z from 'zod';
import { Instant } from '../time.ts';

/** Standing at a moment. */
export const Standing = z.discriminatedUnion('standing', [
  z.strictObject({
    standing: z.literal('vouched'),
    until: Instant,
    since: Instant,
    attestationId: z.string(),
  }),
  z.strictObject({
    standing: z.literal('excepted'),
    until: Instant,
    since: Instant,
    attestationId: z.string(),
  }),
  z.strictObject({ standing: z.literal('unattested'), since: Instant, why: z.string() }),
]);
export type Standing = z.infer<typeof Standing>;

/** A keep or an exception that counts towards standing. */
export interface Vouching {
  readonly kind: 'vouched' | 'excepted';
  readonly from: Instant;
  readonly until: Instant;
  readonly attestationId: string;
  /** Set when something ended it before its time (privileges grew, drift, promise missed, superseded). */
  readonly endedAt?: Instant | undefined;
  readonly endedWhy?: string | undefined;
}

/**
 * Standing at `now`. The vouching that lasts longest among those in force wins; when none is in force the identity is
 * unattested since the last one ended, or since it was first seen.
 */
export function standingAt(now: Instant, firstSeenAt: Instant, vouchings: readonly Vouching[]): Standing {
  const started = vouchings.filter((vouching) => vouching.from <= now);
  const inForce = started.filter((vouching) => endOf(vouching) > now);
  const best = inForce.reduce<Vouching | undefined>((a, b) => (a && a.until >= b.until ? a : b), undefined);
  if (best) {
    return { standing: best.kind, until: best.until, since: best.from, attestationId: best.attestationId };
  }
  const last = started.reduce<Vouching | undefined>((a, b) => (a && endOf(a) >= endOf(b) ? a : b), undefined);
  if (!last) return { standing: 'unattested', since: firstSeenAt, why: 'never reviewed' };
  const what = last.kind === 'vouched' ? 'the last keep expired' : 'the exception ended';
  return { standing: 'unattested', since: endOf(last), why: last.endedWhy ?? what };
}

function endOf(vouching: Vouching): Instant {
  return vouching.endedAt !== undefined && vouching.endedAt < vouching.until
    ? vouching.endedAt
    : vouching.until;
}
