// Whether what was switched off was used since, by its system's log: the quiet of a whole window is what proves it.
import { RefusedError, UpstreamError } from '../../domain/errors.ts';
import { longestIntervalDays } from '../../domain/removal/quarantine.ts';
import type { Observation, Removal } from '../../domain/removal/removal.ts';
import type { VerificationLevel } from '../../domain/removal/verification-level.ts';
import {
  DAY_MS,
  earliest,
  HOUR_MS,
  type Instant,
  latest,
  MINUTE_MS,
  millisOf,
  plusDays,
  plusMs,
} from '../../domain/time.ts';
import type { ActivityEvent, ActivityReport, VerificationResult } from '../ports/connector.ts';
import { peopleNamed } from '../tell-person.ts';
import { aboutRemoval } from './about-removal.ts';
import { isByHand } from './by-hand.ts';
import type { RemovalCase, RemovalDeps } from './workbench.ts';

/** Days of quiet that prove a switch-off, where the definition does not say. */
const PROOF_DAYS = 7;
/** A switch-off reaches every part of a system within this, in ms; a call let through before is none after it. */
const SETTLES_MS = 5 * MINUTE_MS;
/** Less than this is not worth reading a log for, in ms. */
const SHORTEST_LOOK_MS = HOUR_MS;
/** Days of the log before the switch-off in which the rhythm of its use is looked for. */
const RHYTHM_DAYS = 90;
/** Who was refused is told to the owner at most this often, in days. */
const TELL_EVERY_DAYS = 7;

/** What a look at a switch-off came to, the log included. */
export interface Watched {
  readonly result: VerificationResult;
  /** What is known of later use now; undefined while nothing is. */
  readonly observation: Observation | undefined;
  /** The window was closed by this look, or use was found in it: to be attested. */
  readonly isClosed: boolean;
}

/**
 * Reads what the log holds since the last look. Use means that the switch-off failed; quiet through a closed window proves
 * one that was read back; what cannot be read, or only in part, proves nothing and takes nothing back. Calls that were
 * refused are no use: the owner hears who made them.
 * @throws what kept the owner from being told; nothing of this look counts then
 */
export async function observeUse(
  deps: RemovalDeps,
  found: RemovalCase,
  result: VerificationResult,
): Promise<Watched> {
  const { removal, connector, target } = found;
  const { observation: before, executedAt, preImage } = removal;
  if (!connector.activity || executedAt === undefined || !preImage || isByHand(preImage))
    return { result, observation: before, isClosed: false };
  if (before && before.laterUses > 0)
    return { result: used(before, result), observation: before, isClosed: false };
  const now = deps.environment.clock.now();
  const from = before?.from ?? windowStart(executedAt, removal, result);
  const since = before?.until ?? from;
  if (millisOf(now) - millisOf(since) < SHORTEST_LOOK_MS) return unchanged(before, result);
  let report: ActivityReport;
  try {
    report = await connector.activity(target, since, now);
  } catch (error) {
    if (!(error instanceof UpstreamError || error instanceof RefusedError)) throw error;
    return unchanged(before, result, `its log could not be read: ${error.message}`);
  }
  return judge(deps, found, result, { from, since, now, report });
}

/** Sessions that were open when it was switched off may go on for a while: that is said, and is no use of it. */
function windowStart(
  executedAt: Instant,
  { sessionsMayLiveUntil }: Removal,
  result: VerificationResult,
): Instant {
  const ends = [sessionsMayLiveUntil, result.sessionsMayLiveUntil].filter((end) => end !== undefined);
  return latest(plusMs(executedAt, SETTLES_MS), ...ends);
}

async function judge(
  deps: RemovalDeps,
  found: RemovalCase,
  result: VerificationResult,
  look: {
    readonly from: Instant;
    readonly since: Instant;
    readonly now: Instant;
    readonly report: ActivityReport;
  },
): Promise<Watched> {
  const { removal, definition } = found;
  const { from, since, now, report } = look;
  const { observation: before } = removal;
  const { source, classes, lagMinutes } = report;
  // What is younger than this may still be on its way into the log.
  const until = latest(since, plusMs(earliest(now, report.until), -lagMinutes * MINUTE_MS));
  const events = report.events.filter((event) => event.at >= since && isOf(removal, event));
  const window = { source, classes: [...classes], lagMinutes, from };
  const uses = events.filter(({ outcome }) => outcome === 'allowed');
  if (uses.length > 0) {
    const last = latest(until, ...uses.map(({ at }) => at));
    const observation = { ...window, until: last, closedAt: now, laterUses: uses.length };
    return { result: used(observation, result, uses), observation, isClosed: true };
  }
  const gap = gapIn(report, since, events);
  if (gap !== undefined) return unchanged(before, result, `only a part of its log was read: ${gap}`);
  const refused = events.filter(({ outcome, at }) => outcome === 'refused' && at < until);
  if (refused.length > 0) await tellMissed(deps, found, refused, now);
  const enough = until >= plusDays(from, definition.enforcement.proofWindowDays ?? PROOF_DAYS);
  const closedAt = before?.closedAt ?? (enough ? now : undefined);
  const observation = { ...window, until, ...(closedAt === undefined ? {} : { closedAt }), laterUses: 0 };
  const isClosed = closedAt !== undefined && before?.closedAt === undefined;
  return { result: proven(observation, result), observation, isClosed };
}

/** A log that says less than was asked for is no quiet. */
function gapIn(
  { completeness, from, gap }: ActivityReport,
  since: Instant,
  events: readonly ActivityEvent[],
): string | undefined {
  if (completeness === 'partial') return gap ?? 'the rest is missing';
  if (from > since) return `it begins at ${from}`;
  const doubtful = events.filter(({ outcome }) => outcome === 'unknown').length;
  return doubtful === 0 ? undefined : `of ${countOf(doubtful)} it does not say whether they were let through`;
}

/** Calls made with another credential of the same identity are not about this removal. */
function isOf({ credentialId: removed }: Removal, { credentialId }: ActivityEvent): boolean {
  return removed === undefined || credentialId === undefined || credentialId === removed;
}

function unchanged(before: Observation | undefined, result: VerificationResult, reason?: string): Watched {
  const known = proven(before, result);
  const reasons = reason === undefined ? known.reasons : [...known.reasons, reason];
  return { result: { ...known, reasons }, observation: before, isClosed: false };
}

const READ_BACK: ReadonlySet<VerificationLevel> = new Set<VerificationLevel>(['confirmed', 'refused']);

/** Proven, when it was read back off and a closed window was quiet. */
function proven(observation: Observation | undefined, result: VerificationResult): VerificationResult {
  if (!observation || observation.closedAt === undefined || !READ_BACK.has(result.level)) return result;
  const { from, until, source, classes, lagMinutes } = observation;
  const quiet = `no use from ${from} until ${until} in ${source} (${classes.join(', ')}; up to ${lagMinutes} minutes late)`;
  return { ...result, level: 'proven', reasons: [...result.reasons, quiet] };
}

function used(
  { laterUses, source, until }: Observation,
  result: VerificationResult,
  uses: readonly ActivityEvent[] = [],
): VerificationResult {
  const by = uses.length === 0 ? '' : ` by ${callersOf(uses)}`;
  const reason = `it was used after it was switched off: ${countOf(laterUses)}${by}, until ${until}, in ${source}`;
  return { ...result, level: 'failed', reasons: [reason], drifted: false };
}

function countOf(calls: number): string {
  return calls === 1 ? '1 call' : `${calls} calls`;
}

/** The first three who called, with their addresses. */
export function callersOf(events: readonly ActivityEvent[]): string {
  const names = events.map(({ caller, sourceAddress }) =>
    sourceAddress === undefined ? caller : `${caller} (${sourceAddress})`,
  );
  const known = [...new Set(names)];
  const more = known.length > 3 ? ` and ${known.length - 3} more` : '';
  return `${known.slice(0, 3).join(', ')}${more}`;
}

/** Tells the owner, or who steers the campaign, that somebody still tries to use it; at most once a week. */
async function tellMissed(
  { environment, tell }: RemovalDeps,
  { removal, definition }: RemovalCase,
  refused: readonly ActivityEvent[],
  now: Instant,
): Promise<void> {
  const directory = await environment.people.directory();
  const owner = directory.person(removal.ownerId);
  const [manager] = peopleNamed(directory, definition.reviewers.manager);
  const to = owner?.active ? owner : manager;
  if (!to) return;
  const week = Math.floor((millisOf(now) - millisOf(removal.executedAt ?? now)) / (TELL_EVERY_DAYS * DAY_MS));
  const text = `Somebody still tries to use it: ${countOf(refused.length)} by ${callersOf(refused)} refused since it was switched off. If it is needed, bring it back.`;
  await tell({
    to,
    purpose: 'switched-off',
    occasion: `${removal.removalId}/missed/${week}`,
    shown: [removal.snapshot],
    body: async () => ({ purpose: 'switched-off', removal, text, undoUntil: removal.quarantineUntil }),
  });
}

/** The longest time between two uses that the log before the switch-off knows of; undefined when it cannot say. */
export async function rhythmDaysOf({ connector, target, removal }: RemovalCase): Promise<number | undefined> {
  const { executedAt, preImage } = removal;
  if (!connector.activity || executedAt === undefined || !preImage || isByHand(preImage)) return undefined;
  try {
    const { events } = await connector.activity(target, plusDays(executedAt, -RHYTHM_DAYS), executedAt);
    const uses = events.filter((event) => event.outcome === 'allowed' && isOf(removal, event));
    return longestIntervalDays(uses.map(({ at }) => at));
  } catch (error) {
    if (!(error instanceof UpstreamError || error instanceof RefusedError)) throw error;
    return undefined;
  }
}

/** The statement that a window of the log was closed over a switch-off. `ordinal` counts the checks of the removal. */
export async function attestObservation(
  { environment }: RemovalDeps,
  { removal, campaign }: RemovalCase,
  observation: Observation,
  ordinal: number,
) {
  const { attestor, clock } = environment;
  const { source, classes, lagMinutes, from, until, laterUses } = observation;
  const at = clock.now();
  return attestor.attest(
    {
      name: 'observation-closed',
      subject: { name: removal.identityId, sha256: removal.snapshot },
      step: `${removal.removalId}/observation`,
      ordinal,
      predicate: {
        build: attestor.build,
        actor: attestor.system,
        at,
        ...aboutRemoval(removal, campaign.definitionDigest),
        source,
        classes,
        lagMinutes,
        from,
        until,
        laterUses,
      },
    },
    at,
  );
}
