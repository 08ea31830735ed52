// A campaign over the identities that something happened to: one for each definition and day, however much happened.
import { type Campaign, CampaignId } from '../../domain/campaign/campaign.ts';
import type { Definition } from '../../domain/campaign/definition.ts';
import { UpstreamError } from '../../domain/errors.ts';
import type { IdentityKey } from '../../domain/identity/identity-id.ts';
import { Instant, plusDays } from '../../domain/time.ts';
import { beginOpening } from '../begin-opening.ts';
import type { Environment } from '../environment.ts';
import type { EventRecord, IdentityRecord, RecordKeys } from '../ports/records.ts';
import type { ResumeOpening } from '../steer-campaign.ts';
import { chooseDefinition } from './choose-definition.ts';
import { type ChosenIdentity, loadChosen } from './chosen.ts';
import { askedAlready, pendingEvents, settleEvents } from './pending-events.ts';
import { selectIdentities } from './select-identities.ts';

const NOBODY_ASKS = 'no definition in force asks about it between its campaigns';
const NOT_THERE = 'no inventory has the identity any more';

/** Events of one definition, with the register's rows of their identities. */
interface Group {
  readonly definition: Definition;
  readonly events: EventRecord[];
}

/**
 * Makes the use case for an event that is due: everything noted by now is asked about together. What an open question or
 * an earlier campaign covers is left to that; what happens after the day's campaign was opened waits for the next day.
 */
export function openForEvents(environment: Environment, resumeOpening: ResumeOpening) {
  const { store, clock } = environment;
  return async (key: RecordKeys['event']): Promise<'nothing' | 'settled' | 'opened'> => {
    const event = await store.get('event', key);
    const now = clock.now();
    if (!event || event.nextDueAt === undefined || event.nextDueAt > now) return 'nothing';
    const pending = await pendingEvents(store, now);
    const covered = await askedAlready(environment, pending);
    for (const [one, campaignId] of covered)
      await settleEvents(environment, [one], { state: 'asked', campaignId });
    const left = pending.filter((one) => !covered.has(one));
    const rows = await registerOf(environment, left);
    let opened = false;
    for (const group of await grouped(environment, left, rows))
      opened = (await openGroup(environment, resumeOpening, group, rows)) || opened;
    return opened ? 'opened' : 'settled';
  };
}

type Register = ReadonlyMap<IdentityKey, IdentityRecord>;

async function registerOf({ store }: Environment, events: readonly EventRecord[]): Promise<Register> {
  const keys = [...new Set(events.map(({ identityKey }) => identityKey))];
  const rows = await store.getMany(
    'identity',
    keys.map((identityKey) => ({ identityKey })),
  );
  return new Map(rows.flatMap((row) => (row ? [[row.identityKey, row] as const] : [])));
}

/** Events by the definition that asks about them; those that none does are settled. */
async function grouped(
  environment: Environment,
  events: readonly EventRecord[],
  register: Register,
): Promise<Group[]> {
  if (events.length === 0) return [];
  const choose = await chooseDefinition(environment);
  const groups = new Map<string, Group>();
  const nobody: EventRecord[] = [];
  const gone: EventRecord[] = [];
  for (const event of events) {
    const row = register.get(event.identityKey);
    const definition = row && choose(row.identity, event.event);
    if (!row) gone.push(event);
    else if (!definition) nobody.push(event);
    else {
      const group = groups.get(definition.definitionId) ?? { definition, events: [] };
      group.events.push(event);
      groups.set(definition.definitionId, group);
    }
  }
  await settleEvents(environment, gone, { state: 'settled', outcome: NOT_THERE });
  await settleEvents(environment, nobody, { state: 'settled', outcome: NOBODY_ASKS });
  return [...groups.values()];
}

/** The day's campaign of a definition. Whoever begins it first freezes what it is about; all others go by that. */
async function openGroup(
  environment: Environment,
  resumeOpening: ResumeOpening,
  { definition, events }: Group,
  register: Register,
): Promise<boolean> {
  const { store, blobs, clock } = environment;
  const today = clock.now().slice(0, 10);
  const { definitionId } = definition;
  const campaignId = CampaignId.parse(`${definitionId}-events-${today.replaceAll('-', '')}`);
  let campaign: Campaign | undefined = await store.get('campaign', { campaignId });
  let left = events;
  if (!campaign) {
    const selection = await selectIdentities(environment, chosenFrom(events, register));
    const missing = new Set(selection.missing.map(({ identityKey }) => identityKey));
    const gone = events.filter(({ identityKey }) => missing.has(identityKey));
    await settleEvents(environment, gone, { state: 'settled', outcome: NOT_THERE });
    left = events.filter(({ identityKey }) => !missing.has(identityKey));
    if (selection.chosen.length === 0) return false;
    const asked = { definitionId, campaignId, launchedBy: 'event', only: selection };
    ({ campaign } = await beginOpening(environment)(asked));
  }
  const frozen = campaign.events ? await loadChosen(blobs, campaign.events.chosen) : [];
  const asked = new Set(
    frozen.flatMap((one) => one.events.map(({ eventId }) => `${one.identityKey}/${eventId}`)),
  );
  const isAsked = ({ identityKey, eventId }: EventRecord) => asked.has(`${identityKey}/${eventId}`);
  await settleEvents(environment, left.filter(isAsked), { state: 'asked', campaignId });
  const tomorrow = plusDays(Instant.parse(`${today}T00:00:00.000Z`), 1);
  const later = left.filter((event) => !isAsked(event));
  await settleEvents(environment, later, { nextDueAt: tomorrow });
  if (campaign.state !== 'opening') return false;
  try {
    await resumeOpening(campaignId, definitionId);
  } catch (error) {
    // Whoever is at it goes on with it; else it is taken up as every opening that ended half-way.
    if (!(error instanceof UpstreamError) || error.code !== 'NOT_READY') throw error;
  }
  return true;
}

function chosenFrom(events: readonly EventRecord[], register: Register): ChosenIdentity[] {
  const chosen = new Map<IdentityKey, ChosenIdentity & { readonly events: ChosenIdentity['events'] }>();
  for (const { identityKey, eventId, event, cause, at } of events) {
    const row = register.get(identityKey);
    if (!row) continue;
    const one = chosen.get(identityKey) ?? { identityKey, identityId: row.identityId, events: [] };
    one.events.push({ eventId, event, cause, at });
    chosen.set(identityKey, one);
  }
  return [...chosen.values()];
}
