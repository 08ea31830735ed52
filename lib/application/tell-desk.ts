// One look at one person's desk: what was gathered for them is told, in one message of each kind.
import type { NoticePurpose } from '../domain/chase/notice.ts';
import { nextWorkingMoment } from '../domain/chase/working-time.ts';
import { UpstreamError } from '../domain/errors.ts';
import type { Directory } from '../domain/review/directory.ts';
import type { Person } from '../domain/review/person.ts';
import { isHere } from '../domain/review/resolve-owner.ts';
import { type Instant, MINUTE_MS, plusMs } from '../domain/time.ts';
import { messageOf } from './bundle-message.ts';
import { channelOfDesk } from './channels/channel-desk.ts';
import { postLines } from './channels/post-lines.ts';
import { untilNoConflict } from './conflict.ts';
import type { Environment } from './environment.ts';
import { gatherLine, nextOfBundles } from './gather-line.ts';
import type { Bundle, BundleLine } from './ports/desk-records.ts';
import type { RecordKeys } from './ports/records.ts';
import { update } from './ports/review-store.ts';
import type { LinkMail } from './review-links.ts';
import { weeklySummary } from './summary/weekly-summary.ts';
import type { TellPerson } from './tell-person.ts';

/** When to try again where every channel failed, in ms. */
const AGAIN_MS = 15 * MINUTE_MS;
/** Purposes of the messages that name several things. */
const LISTS: Readonly<Record<'news' | 'asks', NoticePurpose>> = {
  news: 'removal-list',
  asks: 'approval-list',
};

type DeskKey = RecordKeys['desk'];

/**
 * Makes the use case: works on one due desk. A bundle is closed before it is told, so whatever ends this look, the next one
 * tells the same, once: its notice has been claimed under the bundle's name. Who cannot be reached is passed over for the next
 * in line of each thing.
 * @throws UpstreamError of the channels that failed, when the rest is told
 */
export function tellDesk(environment: Environment, tell: TellPerson, unsubscribeLink?: LinkMail) {
  return async (key: DeskKey): Promise<'nothing' | 'told' | 'later'> => {
    const { store, clock, people } = environment;
    const desk = await store.get('desk', key);
    const now = clock.now();
    if (!desk || desk.nextDueAt === undefined || desk.nextDueAt > now) return 'nothing';
    const directory = await people.directory();
    const failures: UpstreamError[] = [];
    let told = false;
    for (const bundle of desk.bundles ?? []) {
      if (bundle.toldAt !== undefined || bundle.dueAt > now) continue;
      const outcome = await tellBundle(
        { environment, tell, unsubscribeLink, directory, key, now },
        bundle,
        failures,
      );
      told = told || outcome === 'told';
    }
    const [failure] = failures;
    if (failure) throw failure;
    return told ? 'told' : 'later';
  };
}

interface Desk {
  readonly environment: Environment;
  readonly tell: TellPerson;
  readonly unsubscribeLink: LinkMail | undefined;
  readonly directory: Directory;
  readonly key: DeskKey;
  readonly now: Instant;
}

async function tellBundle(desk: Desk, bundle: Bundle, failures: UpstreamError[]): Promise<'told' | 'later'> {
  const { directory, key, now } = desk;
  const known = directory.person(key.personId);
  const person = known && isHere(known, now) ? known : undefined;
  const moment = person && bundle.kind !== 'news' ? nextWorkingMoment(now, person) : now;
  if (moment > now) {
    await change(desk, bundle, { dueAt: moment });
    return 'later';
  }
  const closed = await change(desk, bundle, { closed: true });
  if (!closed) return 'later';
  try {
    const unreached = await tellOwner(desk, person, closed);
    for (const line of unreached) await passOn(desk, closed.kind, line);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    if (error.code !== 'THROTTLED' && error.code !== 'NOT_READY') failures.push(error);
    await change(desk, bundle, { dueAt: plusMs(now, error.retryAfterMs ?? AGAIN_MS) });
    return 'later';
  }
  await change(desk, bundle, { toldAt: now });
  return 'told';
}

/** Tells whose desk it is: a channel, or a person. @returns what they could not be told */
async function tellOwner(
  desk: Desk,
  person: Person | undefined,
  bundle: Bundle,
): Promise<readonly BundleLine[]> {
  const { environment, key } = desk;
  const role = channelOfDesk(key.personId);
  if (role === undefined) return person ? untold(desk, person, bundle) : bundle.about;
  if (environment.channels) await postLines(environment, environment.channels, role, bundle.about);
  return [];
}

/** Tells the person. @returns what they could not be told */
async function untold(
  desk: Desk,
  to: Person,
  { kind, bundleId, about }: Bundle,
): Promise<readonly BundleLine[]> {
  const { environment, tell } = desk;
  if (kind === 'weekly') {
    for (const { of } of about) await tellSummary(desk, to, of);
    return [];
  }
  if (kind !== 'singly') {
    const message = await messageOf(environment, about);
    if (!message) return [];
    const { lines, shown, body } = message;
    const purpose = LISTS[kind];
    const named = lines.map(({ what, of }) => `${what} ${of}`);
    const reached = await tell({
      to,
      purpose,
      occasion: bundleId,
      shown,
      about: named,
      body: async () => body,
    });
    return reached ? [] : lines;
  }
  const left: BundleLine[] = [];
  for (const line of about) {
    const message = await messageOf(environment, [line]);
    if (!message) continue;
    const { shown, body } = message;
    const reached = await tell({ to, purpose: line.what, occasion: line.of, shown, body: async () => body });
    if (!reached) left.push(line);
  }
  return left;
}

/** Tells the summary of a week. Whom it does not reach has lost nothing: the next one says as much. */
async function tellSummary(
  { environment, tell, unsubscribeLink }: Desk,
  to: Person,
  week: string,
): Promise<void> {
  const summary = await weeklySummary(environment, to, week);
  if (!summary) return;
  await tell({
    to,
    purpose: summary.purpose,
    occasion: week,
    shown: [],
    async body(channel) {
      const unsubscribe = channel === 'email' ? await unsubscribeLink?.(to.personId) : undefined;
      return { ...summary, unsubscribe };
    },
  });
}

async function passOn(
  { environment, directory, now }: Desk,
  kind: Bundle['kind'],
  { what, of, text, next = [] }: BundleLine,
): Promise<void> {
  const people = next.flatMap((id) => directory.person(id) ?? []).filter((one) => isHere(one, now));
  await gatherLine(environment, kind, { what, of, ...(text === undefined ? {} : { text }) }, people);
}

/** Changes a bundle as it is stored now. @returns it, unless it is gone or was done with meanwhile */
function change(
  { environment: { store }, key }: Desk,
  { bundleId, kind }: Bundle,
  to: Partial<Bundle>,
): Promise<Bundle | undefined> {
  return untilNoConflict(async () => {
    const desk = await store.get('desk', key);
    const bundle = desk?.bundles?.find((one) => one.bundleId === bundleId && one.kind === kind);
    if (!desk?.bundles || !bundle || bundle.toldAt !== undefined) return undefined;
    const changed = { ...bundle, ...to };
    const bundles = desk.bundles.map((one) => (one === bundle ? changed : one));
    await store.commit([update('desk', desk, { bundles, nextDueAt: nextOfBundles(bundles) })]);
    return changed;
  }, 20);
}
