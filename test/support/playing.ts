// Plays a company's reviews in virtual time, from one moment at which something is due to the next.

import { readDefinition } from '../../lib/application/apply-definition.ts';
import { deskNotes, isMailDead } from '../../lib/application/desk-notes.ts';
import type { Readiness } from '../../lib/application/ports/pace.ts';
import { Work } from '../../lib/application/work.ts';
import type { DefinitionInput } from '../../lib/domain/campaign/definition.ts';
import { directoryOf } from '../../lib/domain/review/directory.ts';
import type { Person } from '../../lib/domain/review/person.ts';
import { HOUR_MS, type Instant, instantOf, MINUTE_MS, plusMs } from '../../lib/domain/time.ts';
import type { Weather } from './chaos.ts';
import type { ChaseRecord } from './chase-record.ts';
import { agree, type Company, react, reactionMs } from './owners.ts';
import { DEFINITION, type World } from './world.ts';

/** Something that happens at its time, whatever people do. */
export interface Happening {
  readonly at: Instant;
  readonly what: () => Promise<unknown>;
}

/** What is played. */
export interface Play {
  readonly w: World;
  readonly record: ChaseRecord;
  readonly weather: Weather;
  readonly company: Company;
  readonly happenings: readonly Happening[];
  readonly until: Instant;
  /** Moments are met together when they lie in the same step of this length. */
  readonly stepMs: number;
}

/** Work that keeps failing is looked at again after this. */
const AGAIN_MS = 20 * MINUTE_MS;
const ROUNDS = 4;
const FAR: Instant = instantOf(Date.UTC(2100, 0, 1));

/** Plays it. What works threw is left in the world's `failures`. @returns moments that were visited */
export async function play(it: Play): Promise<number> {
  const { w, record, weather, until } = it;
  const happenings = [...it.happenings].toSorted((a, b) => (a.at < b.at ? -1 : 1));
  const visits: Happening[] = [];
  let seen = 0;
  let moments = 0;
  while (w.clock.now() < until) {
    moments += 1;
    while (happenings[0] && happenings[0].at <= w.clock.now()) await retried(w, happenings.shift()?.what);
    await weather.bring();
    await settle(w);
    const fresh = record.said.slice(seen);
    seen = record.said.length;
    visits.push(...visitsAfter(it, fresh));
    visits.sort((a, b) => (a.at < b.at ? -1 : 1));
    while (visits[0] && visits[0].at <= w.clock.now()) await visits.shift()?.what();
    const next = [happenings[0]?.at, visits[0]?.at, weather.nextAt(), await nextDue(w)].flatMap(
      (at) => at ?? [],
    );
    const wanted = next.toSorted()[0] ?? until;
    w.setClock(gridded(wanted, w.clock.now(), it.stepMs, until));
  }
  return moments;
}

/** Does everything that is due. What fails, and what is lost on its way, is due again. */
async function settle(w: World): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const dispatched = await w.tick().catch((error: unknown) => {
      w.failures.push(error);
      return 1;
    });
    while (w.queued.length > 0) {
      const work = Work.parse(JSON.parse(JSON.stringify(w.queued.shift()?.body)));
      await w.work(work).catch((error: unknown) => w.failures.push(error));
    }
    if (dispatched === 0) return;
  }
}

function visitsAfter({ w, company }: Play, said: ChaseRecord['said']): Happening[] {
  const owners = new Map(company.owners.map((owner) => [owner.person.personId, owner]));
  const when = new Map<string, Happening>();
  for (const { to, purpose, about, warning } of said) {
    const { personId } = to;
    const owner = owners.get(personId);
    const isLate =
      warning ||
      purpose === 'removal-list' ||
      purpose === 'switched-off' ||
      about.some(({ rungId }) => rungId.startsWith('grace'));
    const after = owner ? reactionMs(owner, isLate) : personId === 'fay' ? undefined : 2 * HOUR_MS;
    if (after === undefined) continue;
    const act = owner ? () => react(w, owner) : () => agree(w, personId);
    const visit = (at: Instant): Happening => ({ at, what: act });
    when.set(personId, visit(plusMs(w.clock.now(), after)));
  }
  // Whoever loses a race tries once more, the same day.
  return [...when.values()].map(({ at, what }) => ({
    at,
    what: async () => {
      for (let tries = 0; tries < 4 && (await what()) === true; tries += 1);
    },
  }));
}

async function retried(w: World, what: (() => Promise<unknown>) | undefined): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await what?.();
      return;
    } catch (error) {
      // Whoever asked for it asks again.
      if (tries >= 60) throw error;
      w.advanceWallClock(HOUR_MS);
    }
  }
}

/** When something falls due next; soon, where something due could not be done. */
async function nextDue({ environment: { store }, clock }: World): Promise<Instant | undefined> {
  const now = clock.now();
  let next: Instant | undefined;
  for (let shard = 0; shard < store.dueShards; shard += 1) {
    const { entries } = await store.due(shard, FAR, { limit: 1 });
    const [first] = entries;
    if (!first) continue;
    const at = first.dueAt <= now ? plusMs(now, AGAIN_MS) : first.dueAt;
    if (next === undefined || at < next) next = at;
  }
  return next;
}

/** The end of the step that a moment lies in, so that people who are told at about the same time are told together. */
function gridded(at: Instant, now: Instant, stepMs: number, until: Instant): Instant {
  const target = Math.max(Date.parse(at), Date.parse(now) + 1);
  return instantOf(Math.min(Math.ceil(target / stepMs) * stepMs, Date.parse(until)));
}

/** Mail of a world is not sent to addresses that are known to be dead, as the real messenger does. */
export function leaveDeadMailAlone(w: World): void {
  const notes = deskNotes(w.environment.store);
  Object.assign(w.messengers.email, {
    ready: async (to: Person, now: Instant): Promise<Readiness> =>
      isMailDead(await notes.read(to.personId), to, now)
        ? { undeliverable: 'left alone' }
        : { lane: 'email' },
  });
}

/** Opens a campaign of a definition of its own. */
export async function openAnother(
  w: World,
  company: Company,
  definition: Partial<DefinitionInput> & { readonly definitionId: string },
): Promise<string> {
  const read = readDefinition(
    { ...DEFINITION, ...definition },
    directoryOf(company.people, company.teams),
    w.environment.expressions,
    'test',
  );
  const known = await w.environment.store.definitions();
  if (!known.some(({ definitionId }) => definitionId === definition.definitionId))
    await w.applyDefinition(read, w.who('max'), 'rita');
  const { campaignId } = await w.openCampaign({ definitionId: definition.definitionId, launchedBy: 'max' });
  return campaignId;
}
