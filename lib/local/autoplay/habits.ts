// How people behave when they are asked: promptly, late, not at all, with one click for many; and what they say.
import type { ItemView } from '../../application/ports/messenger.ts';
import type { ApprovalValue } from '../../presentation/slack/references.ts';
import type { HabitName } from '../company/company.ts';
import { type Part, partForRound } from './part.ts';
import type { Actor, Stage } from './stage.ts';

/** What a person means to do about an item: answer it, leave it for good, or come back later. */
export type Intent = Part | 'leave' | 'later';

/** Identities a person gives up of their own accord; a whole account of dormant ones would drown every other story. */
const MOST_GIVEN_UP = 3;

/** What somebody says who has no special part: keeps what is in use, switches off what is not. */
function plainAnswer({ givenUp }: Stage, { person }: Actor, { snapshot }: ItemView): Part {
  const before = givenUp.get(person.personId) ?? 0;
  if (snapshot.recommendation.advice !== 'switch-off' || before >= MOST_GIVEN_UP) {
    return { sceneId: 'plain', verdict: 'certify', reason: 'Needed by us, with the access it has.' };
  }
  givenUp.set(person.personId, before + 1);
  return { sceneId: 'plain', verdict: 'revoke', reason: 'Nothing of ours uses it any more.' };
}

/** What the person means to do about an item that is theirs to answer. */
export async function intentFor(stage: Stage, actor: Actor, view: ItemView): Promise<Intent> {
  const { item } = view;
  const part = partOf(stage, actor, view);
  const early = part && tooEarly(part, item.round, stage.day());
  if (early) return early;
  switch (MANNERS[actor.habit]) {
    case 'silent':
      // Silence until something stopped working: then the part's next round is what they say.
      return item.round > 0 && part ? part : 'leave';
    case 'only-their-part':
      return part ?? 'leave';
    case 'late':
      return (await isGrace(stage, item.campaignId)) ? (part ?? plainAnswer(stage, actor, view)) : 'later';
    case 'answers':
      return part ?? plainAnswer(stage, actor, view);
  }
}

function tooEarly(part: Part, round: number, day: number): 'leave' | 'later' | undefined {
  if (part.silentFirst && round === 0) return 'leave';
  return part.notBeforeDay !== undefined && part.notBeforeDay > day ? 'later' : undefined;
}

const MANNERS = {
  prompt: 'answers',
  'bulk-clicker': 'answers',
  'wrong-person': 'answers',
  'mail-only': 'answers',
  late: 'late',
  silent: 'silent',
  gone: 'only-their-part',
  fallback: 'only-their-part',
  'second-person': 'only-their-part',
} as const satisfies Readonly<Record<HabitName, string>>;

/** The person's part in the quarter's review; in the confirmation they say what they would say anyway. */
function partOf(stage: Stage, { person }: Actor, { item }: ItemView): Part | undefined {
  if (!item.campaignId.startsWith(stage.company.definitions[0].definitionId)) return undefined;
  const given = stage.parts.get(item.identityKey);
  const isTheirs = given?.byPersonId === undefined || given.byPersonId === person.personId;
  return isTheirs ? partForRound(given, item.round) : undefined;
}

/** Whether the person does something about what was switched off under them. */
export function mindsAlerts(stage: Stage, { person }: Actor): boolean {
  return stage.day() > 0 && person.active;
}

/** The word a second person gives; undefined when they leave it. */
export async function wordOn(
  stage: Stage,
  actor: Actor,
  approval: ApprovalValue,
): Promise<{ readonly agree: boolean; readonly reason: string } | undefined> {
  if (actor.habit === 'silent') return undefined;
  if (approval.kind === 'manual-task') return { agree: true, reason: 'Done by hand.' };
  if (approval.kind !== 'removal-hold') return { agree: true, reason: 'Looked at it; I agree.' };
  const { store } = stage.stack.environment;
  const removal = await store.get('removal', { identityKey: approval.identityKey, removalId: approval.id });
  const hold = removal?.holds.at(-1);
  if (removal?.state !== 'held' || actor.person.personId === removal.ownerId) return undefined;
  if (hold?.code === 'contradiction') {
    return { agree: false, reason: 'It is used after all; its owner has to tell us what for.' };
  }
  return hold?.code === 'blast-radius' ? releaseOnce(stage, approval.identityKey) : undefined;
}

/** One held removal is let run by a second person; what else the cap holds stays held, to be seen at the close. */
function releaseOnce({ released }: Stage, identityKey: string) {
  if (released.size > 0 && !released.has(identityKey)) return undefined;
  released.add(identityKey);
  return { agree: true, reason: 'Checked with the team that had it: it may go.' };
}

async function isGrace(stage: Stage, campaignId: string): Promise<boolean> {
  const campaigns = await stage.stack.environment.store.campaigns();
  return campaigns.find((campaign) => campaign.campaignId === campaignId)?.state === 'grace';
}
