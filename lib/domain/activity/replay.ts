// Plays logged use again, as if access had been taken away or narrowed before: which calls would have been refused?
import type { PermissionSet } from '../identity/policy-permission.ts';
import { earliest, type Instant, latest } from '../time.ts';
import type { LoggedUse } from './event.ts';
import { judgeReduction } from './judge-reduction.ts';

/** What is played. */
export type Change =
  /** Switched off; with `credentialIds`, only those credentials. */
  | { readonly kind: 'disable'; readonly credentialIds?: readonly string[] | undefined }
  /** Left on with fewer rights. */
  | { readonly kind: 'reduce'; readonly before: PermissionSet; readonly after: PermissionSet };

/** Calls of one caller, or of one action. */
export interface Tally {
  readonly name: string;
  readonly calls: number;
  readonly refused: number;
  readonly lastAt: Instant;
}

/** What a replay found. `refused` and `unknown` are parts of `calls` that do not overlap. */
export interface Replay {
  /** Calls of what is changed, each counted once. */
  readonly calls: number;
  /** Calls that went through, and would have been refused. */
  readonly refused: number;
  /** Calls of which it cannot be told. */
  readonly unknown: number;
  /** Most refused first. */
  readonly byCaller: readonly Tally[];
  readonly byAction: readonly Tally[];
  /** The first and the last call that would have been refused. */
  readonly firstAt: Instant | undefined;
  readonly lastAt: Instant | undefined;
}

/** What would have become of one call. `none`: it is not a call of what is changed. */
type Fate = 'kept' | 'refused' | 'unknown' | 'none';

/** Plays events against a change. An event that comes twice counts once. */
export function replay(events: Iterable<LoggedUse>, change: Change): Replay {
  const seen = new Set<string>();
  const callers = new Map<string, Tally>();
  const actions = new Map<string, Tally>();
  const totals = { calls: 0, refused: 0, unknown: 0 };
  let firstAt: Instant | undefined;
  let lastAt: Instant | undefined;
  for (const event of events) {
    if (seen.has(event.eventId)) continue;
    seen.add(event.eventId);
    const fate = fateOf(event, change);
    if (fate === 'none') continue;
    totals.calls += 1;
    if (fate === 'unknown') totals.unknown += 1;
    const refused = fate === 'refused';
    count(callers, event.caller, event.at, refused);
    count(actions, event.action, event.at, refused);
    if (!refused) continue;
    totals.refused += 1;
    firstAt = firstAt === undefined ? event.at : earliest(firstAt, event.at);
    lastAt = lastAt === undefined ? event.at : latest(lastAt, event.at);
  }
  return { ...totals, byCaller: worstFirst(callers), byAction: worstFirst(actions), firstAt, lastAt };
}

function fateOf(event: LoggedUse, change: Change): Fate {
  if (change.kind === 'disable' && change.credentialIds !== undefined) {
    // Which credential it was made with is not in the log: it may be this one.
    if (event.credentialId === undefined) return 'unknown';
    if (!change.credentialIds.includes(event.credentialId)) return 'none';
  }
  // Whoever was refused then loses nothing now.
  if (event.outcome === 'refused') return 'kept';
  return change.kind === 'disable' ? 'refused' : judgeReduction(event, change);
}

function count(tallies: Map<string, Tally>, name: string, at: Instant, refused: boolean): void {
  const before = tallies.get(name) ?? { name, calls: 0, refused: 0, lastAt: at };
  tallies.set(name, {
    name,
    calls: before.calls + 1,
    refused: before.refused + (refused ? 1 : 0),
    lastAt: latest(before.lastAt, at),
  });
}

function worstFirst(tallies: ReadonlyMap<string, Tally>): Tally[] {
  return [...tallies.values()].toSorted(
    (one, other) =>
      other.refused - one.refused || other.calls - one.calls || (one.name < other.name ? -1 : 1),
  );
}
