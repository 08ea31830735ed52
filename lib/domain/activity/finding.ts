// What a replay found, as a file to keep, and in one sentence.
import * as z from 'zod';
import { IdentityId } from '../identity/identity-id.ts';
import type { ImpactRef } from '../removal/removal.ts';
import { DAY_MS, HOUR_MS, Instant, millisOf } from '../time.ts';
import type { LogWindow } from './event.ts';
import type { Replay, Tally } from './replay.ts';

const KEPT_TALLIES = 50;

const KeptTally = z.strictObject({
  name: z.string(),
  calls: z.int().nonnegative(),
  refused: z.int().nonnegative(),
  lastAt: Instant,
});

/** The finding file: what was played against which log, and what came of it. It holds no event. */
export const ImpactFinding = z.strictObject({
  schemaVersion: z.literal(1),
  identityId: IdentityId,
  /** Absent: the identity as a whole. */
  credentialId: z.string().optional(),
  change: z.enum(['disable', 'reduce']),
  from: Instant,
  until: Instant,
  source: z.string(),
  /** `unknown`: there is no log to replay. */
  completeness: z.enum(['complete', 'partial', 'unknown']),
  gap: z.string().optional(),
  calls: z.int().nonnegative(),
  refused: z.int().nonnegative(),
  unknown: z.int().nonnegative(),
  callers: z.int().nonnegative(),
  /** The first fifty of each, most refused first. */
  byCaller: z.array(KeptTally),
  byAction: z.array(KeptTally),
  firstAt: Instant.optional(),
  lastAt: Instant.optional(),
});
export type ImpactFinding = z.infer<typeof ImpactFinding>;

/** What a finding is about. */
export type FindingAbout = Pick<ImpactFinding, 'identityId' | 'credentialId' | 'change'>;

/** Makes the finding of a replay over a window of a log. */
export function findingOf(about: FindingAbout, log: LogWindow, result: Replay): ImpactFinding {
  const { source, from, until, completeness, gap } = log;
  const { calls, refused, unknown, byCaller, byAction, firstAt, lastAt } = result;
  return {
    ...aboutOf(about),
    from,
    until,
    source,
    completeness,
    ...(gap === undefined ? {} : { gap }),
    calls,
    refused,
    unknown,
    callers: byCaller.filter((one) => one.refused > 0).length,
    byCaller: byCaller.slice(0, KEPT_TALLIES),
    byAction: byAction.slice(0, KEPT_TALLIES),
    ...(firstAt === undefined ? {} : { firstAt }),
    ...(lastAt === undefined ? {} : { lastAt }),
  };
}

/** The finding where no log could be read, and why. Its counts say nothing. */
export function findingWithoutLog(
  about: FindingAbout,
  window: Pick<LogWindow, 'from' | 'until'>,
  why: string,
): ImpactFinding {
  return {
    ...aboutOf(about),
    from: window.from,
    until: window.until,
    source: 'none',
    completeness: 'unknown',
    gap: why,
    calls: 0,
    refused: 0,
    unknown: 0,
    callers: 0,
    byCaller: [],
    byAction: [],
  };
}

/** The short form that records and messages carry. `digest`: of the finding's bytes. */
export function impactRefOf(finding: ImpactFinding, digest: string): ImpactRef {
  const { from, until, calls, refused, callers, source, completeness } = finding;
  return {
    digest,
    from,
    until,
    calls,
    refused,
    callers,
    source,
    completeness,
    summary: impactSentence(finding),
  };
}

/** `1,204 calls by build-7 in the last 90 days would have been refused (CloudTrail management events; …)`. */
export function impactSentence(finding: ImpactFinding): string {
  const { completeness, refused, source, gap } = finding;
  if (completeness === 'unknown') return `no log to replay${gap === undefined ? '' : `: ${gap}`}`;
  const partly = completeness === 'partial';
  const span = spanWords(finding);
  const doubt = doubtWords(finding);
  const missing = partly && gap !== undefined ? `; only a part of the log was read: ${gap}` : '';
  if (refused === 0) {
    const found = partly ? 'no refused call was found' : 'no call would have been refused';
    return `${found} in ${span}${doubt} (${source}${missing})`;
  }
  const calls = `${partly ? 'at least ' : ''}${numberWords(refused)} ${refused === 1 ? 'call' : 'calls'}`;
  return `${calls} by ${callersWords(finding)} in ${span} would have been refused${doubt} (${source}${missing})`;
}

function aboutOf({ identityId, credentialId, change }: FindingAbout) {
  return {
    schemaVersion: 1 as const,
    identityId,
    ...(credentialId === undefined ? {} : { credentialId }),
    change,
  };
}

function doubtWords({ unknown }: ImpactFinding): string {
  if (unknown === 0) return '';
  return `; of ${numberWords(unknown)} ${unknown === 1 ? 'call' : 'calls'} it cannot be told`;
}

function callersWords({ byCaller, callers }: ImpactFinding): string {
  const names = byCaller.filter((one: Tally) => one.refused > 0).map(({ name }) => name);
  const [first = 'an unknown caller', second] = names;
  if (second === undefined) return first;
  return callers === 2 ? `${first} and ${second}` : `${first}, ${second} and ${callers - 2} more`;
}

function spanWords({ from, until }: ImpactFinding): string {
  const ms = millisOf(until) - millisOf(from);
  if (ms < 2 * DAY_MS) return `the last ${Math.max(1, Math.round(ms / HOUR_MS))} hours`;
  return `the last ${Math.round(ms / DAY_MS)} days`;
}

/** Digits in threes: `1,204`. */
function numberWords(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
