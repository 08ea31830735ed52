// What a person is to be told together is gathered on their desk first, and told by one message when it is time.
import { nextWorkingMoment } from '../domain/chase/working-time.ts';
import type { Person } from '../domain/review/person.ts';
import { DAY_MS, earliest, type Instant, latest, MINUTE_MS, millisOf, plusMs } from '../domain/time.ts';
import { untilNoConflict } from './conflict.ts';
import type { Environment } from './environment.ts';
import type { Bundle, BundleLine } from './ports/desk-records.ts';
import { create, update, type Write } from './ports/review-store.ts';

/** Whose desk it is: a person, or what stands for a channel. */
export type DeskOwner = Pick<Person, 'personId' | 'timeZone' | 'workingHours' | 'holidays'>;

/** How long things are gathered before they are told, in ms. What was switched off may have broken something: it is said soon. */
const GATHER_MS: Readonly<Record<Bundle['kind'], number>> = {
  news: 5 * MINUTE_MS,
  asks: 10 * MINUTE_MS,
  singly: MINUTE_MS,
  weekly: MINUTE_MS,
};
/** Lines of one message; the row of a desk stays small. */
const MAX_LINES = 200;
/** How long what was told is remembered, so that telling it again (after a crash, by a duplicate) does nothing. */
const REMEMBERED_MS = 7 * DAY_MS;
/** People tried one after the other. */
const MAX_NEXT = 4;
/** A desk that everybody writes to at once is written in the end. */
const TRIES = 20;

/**
 * Lets the first of these people know with their next message; the others only if that one cannot be reached. Saying the
 * same again does nothing. Nobody at all is no failure. `from`: not before then. @default now
 */
export async function gatherLine(
  environment: Environment,
  kind: Bundle['kind'],
  line: Pick<BundleLine, 'what' | 'of' | 'text'>,
  people: readonly DeskOwner[],
  from?: Instant,
): Promise<void> {
  await untilNoConflict(async () => {
    const writes = await gathering(environment, kind, line, people, from);
    if (writes.length > 0) await environment.store.commit(writes);
  }, TRIES);
}

/** The write that does it, to be committed with what there is to tell. */
export async function gathering(
  { store, clock }: Environment,
  kind: Bundle['kind'],
  line: Pick<BundleLine, 'what' | 'of' | 'text'>,
  [to, ...others]: readonly DeskOwner[],
  from?: Instant,
): Promise<readonly Write[]> {
  if (!to) return [];
  const { personId } = to;
  const desk = await store.get('desk', { personId });
  const before = desk?.bundles ?? [];
  if (before.some(({ about }) => about.some(({ what, of }) => what === line.what && of === line.of)))
    return [];
  const next = others.slice(0, MAX_NEXT).map((other) => other.personId);
  const said = next.length > 0 ? { ...line, next } : line;
  const bundles = withLine(before, kind, said, to, { now: clock.now(), from });
  const nextDueAt = nextOfBundles(bundles);
  return desk
    ? [update('desk', desk, { bundles, nextDueAt })]
    : [create('desk', { schemaVersion: 1, version: 1, personId, bundles, nextDueAt })];
}

/** When the next of these bundles is due. */
export function nextOfBundles(bundles: readonly Bundle[]): Instant | undefined {
  const [first, ...others] = bundles.filter(({ toldAt }) => toldAt === undefined).map(({ dueAt }) => dueAt);
  return first === undefined ? undefined : earliest(first, ...others);
}

function withLine(
  bundles: readonly Bundle[],
  kind: Bundle['kind'],
  line: BundleLine,
  to: DeskOwner,
  { now, from = now }: { readonly now: Instant; readonly from: Instant | undefined },
): readonly Bundle[] {
  const kept = bundles.filter(({ toldAt }) => toldAt === undefined || plusMs(toldAt, REMEMBERED_MS) > now);
  const open = kept.find(
    (one) => one.kind === kind && !one.closed && one.dueAt > now && one.about.length < MAX_LINES,
  );
  if (open) return kept.map((one) => (one === open ? { ...one, about: [...one.about, line] } : one));
  const dueAt = momentFor(kept, kind, to, latest(now, from));
  return [...kept, { bundleId: dueAt, kind, about: [line], dueAt }];
}

/** After what is gathered already: a second message of the same kind has a moment, and so a name, of its own. */
function momentFor(bundles: readonly Bundle[], kind: Bundle['kind'], to: DeskOwner, now: Instant): Instant {
  const soon = plusMs(now, GATHER_MS[kind]);
  const moment = kind === 'news' ? soon : nextWorkingMoment(soon, to);
  const last = bundles.filter((one) => one.kind === kind).map(({ bundleId }) => millisOf(bundleId));
  const after = Math.max(...last, 0) + GATHER_MS[kind];
  return after <= millisOf(moment) ? moment : plusMs(moment, after - millisOf(moment));
}
