// The quarter in numbers: one JSON object, made from the records and the signed attestations alone.

import type { Identity } from '../../domain/identity/identity.ts';
import { checkEquations, type Summary, summarise } from '../../domain/metrics/summary.ts';
import type { LocalStack } from '../stack.ts';
import type { AttestedFacts } from './attested-facts.ts';
import type { QuarterRecord } from './quarter-record.ts';

/** A scene somebody's own files cannot show, and why. */
export interface NotPlayed {
  readonly sceneId: string;
  readonly title: string;
  readonly why: string;
}

/** What the verifier said of the exported attestations, and where they are. */
export interface VerifiedEvidence {
  readonly ok: boolean;
  readonly checks: number;
  readonly path: string;
  /** What failed or could not be checked, in sentences. */
  readonly problems: readonly string[];
}

/** The last line of `demo --autoplay --json`. Population: the quarter's review. Items, removals, notices: everything. */
export interface QuarterSummary {
  readonly identities: number;
  readonly credentials: number;
  readonly population: Summary['population'];
  readonly dockets: number;
  readonly items: number;
  readonly outcomes: {
    readonly certify: number;
    readonly revoke: number;
    readonly reduce: number;
    readonly rotate: number;
    readonly retire: number;
    readonly except: number;
    readonly noResponse: number;
    readonly open: number;
  };
  readonly events: { readonly reassign: number; readonly notMine: number };
  readonly notices: { readonly slack: number; readonly email: number; readonly failed: number };
  readonly removals: Summary['removals'];
  readonly drift: number;
  readonly attestations: number;
  readonly notPlayed: readonly NotPlayed[];
  readonly verify: { readonly ok: boolean; readonly checks: number };
  /** The evidence pack; empty when none was exported. */
  readonly evidence: string;
}

/** Sums the quarter up; `violations` are equations of the process that do not hold, in sentences. */
export async function summariseQuarter(
  stack: LocalStack,
  record: QuarterRecord,
  facts: AttestedFacts,
  rest: { readonly notPlayed: readonly NotPlayed[]; readonly evidence: VerifiedEvidence | undefined },
): Promise<{ readonly summary: QuarterSummary; readonly violations: readonly string[] }> {
  const review = record.campaigns[0];
  const counted = summarise({
    population: record.population.slice(0, review?.counts?.considered ?? 0),
    items: record.items,
    events: facts.events,
    removals: record.removals,
  });
  const { 'no-response': noResponse, ...outcomes } = counted.outcomes;
  const byChannel = (channel: 'slack' | 'email') =>
    record.notices.filter((notice) => notice.channel === channel && hasArrived(notice.state)).length;
  const summary: QuarterSummary = {
    identities: counted.identities,
    credentials: await countCredentials(stack, review?.inventories ?? []),
    population: counted.population,
    dockets: record.dockets.length,
    items: counted.items,
    outcomes: { ...outcomes, noResponse },
    events: { reassign: counted.events.reassign, notMine: counted.events['not-mine'] },
    notices: {
      slack: byChannel('slack'),
      email: byChannel('email'),
      failed: record.notices.filter(({ state }) => !hasArrived(state)).length,
    },
    removals: counted.removals,
    drift: record.removals.filter(({ driftedAt }) => driftedAt !== undefined).length,
    attestations: facts.attestations,
    notPlayed: rest.notPlayed,
    verify: { ok: rest.evidence?.ok ?? false, checks: rest.evidence?.checks ?? 0 },
    evidence: rest.evidence?.path ?? '',
  };
  return { summary, violations: checkEquations(counted) };
}

/** Accepted or delivered; a claim that never got an answer is a failure, not a notice. */
function hasArrived(state: string): boolean {
  return state === 'accepted' || state === 'delivered';
}

/** Credentials of every identity in the inventories the review was opened over; people are not counted. */
async function countCredentials(stack: LocalStack, inventories: readonly string[]): Promise<number> {
  let credentials = 0;
  for (const inventory of inventories) {
    for await (const line of stack.environment.blobs.lines(inventory)) {
      const identity = JSON.parse(line) as Identity;
      if (identity.kind !== 'person') credentials += identity.credentials.length;
    }
  }
  return credentials;
}
