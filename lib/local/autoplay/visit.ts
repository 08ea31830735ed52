// One visit of one person: reads what is there, answers what they mean to answer, gives their word where it is wanted.
import type { ItemView } from '../../application/ports/messenger.ts';
import type { ReviewItem } from '../../domain/review/review-item.ts';
import type { ApprovalValue, ItemValue } from '../../presentation/slack/references.ts';
import { type Intent, intentFor, mindsAlerts, wordOn } from './habits.ts';
import type { SeenButton, SeenButtons } from './hands/buttons.ts';
import type { MailHand } from './hands/mail-hand.ts';
import type { SlackHand } from './hands/slack-hand.ts';
import type { Part } from './part.ts';
import type { Actor, Stage } from './stage.ts';

/** Answers a person gives in one visit; a large account does not keep anybody for hours. */
const ANSWERS_PER_VISIT = 40;
/** Times the same thing is tried before a person gives up on it. */
const TRIES = 3;

/** Whether there is any reason to look. */
export function wantsToVisit({ hand, unfinished }: Actor): boolean {
  return unfinished || (hand.by === 'slack' ? hand.slack.hasNews() : hand.mail.hasNews());
}

/** Makes the visit. */
export async function visit(stage: Stage, actor: Actor, tries: Map<string, number>): Promise<void> {
  actor.unfinished = false;
  if (actor.hand.by === 'slack') await visitSlack(stage, actor, actor.hand.slack, tries);
  else await visitMail(stage, actor, actor.hand.mail, tries);
}

async function visitSlack(
  stage: Stage,
  actor: Actor,
  hand: SlackHand,
  tries: Map<string, number>,
): Promise<void> {
  let seen = await hand.look();
  await giveWords(stage, actor, hand, seen, tries);
  if (mindsAlerts(stage, actor)) await undo(stage, actor, hand, seen, tries);
  if (actor.habit === 'bulk-clicker') seen = await keepGroups(stage, actor, hand, seen, tries);
  for (let answered = 0; answered < ANSWERS_PER_VISIT; ) {
    const done = await answerShown(stage, actor, hand, seen, tries);
    if (done === 0) break;
    answered += done;
    seen = await hand.look();
  }
  hand.leave();
}

/** Answers what is on the screen; returns how many answers were taken. */
async function answerShown(
  stage: Stage,
  actor: Actor,
  hand: SlackHand,
  seen: SeenButtons,
  tries: Map<string, number>,
): Promise<number> {
  let taken = 0;
  for (const button of onePerItem(seen.items)) {
    const intent = await nextIntent(stage, actor, button.value, tries);
    if (!intent) continue;
    const { part, view } = intent;
    const fields = part.fields?.(stage.now(), view) ?? {};
    const said = await hand.answer(button, { verdict: part.verdict, reason: part.reason, fields });
    if (said === undefined) taken += 1;
    else complain(stage, actor, view.item.name, said);
  }
  return taken;
}

/** What the person means to say about an item now; undefined when they leave it alone. */
async function nextIntent(
  stage: Stage,
  actor: Actor,
  ref: ItemValue,
  tries: Map<string, number>,
): Promise<{ readonly part: Part; readonly view: ItemView } | undefined> {
  const view = await stage.stack.useCases.actions.item(ref, actor.person.personId);
  if (view.item.state !== 'open' || view.item.reviewerId !== actor.person.personId) return undefined;
  const intent: Intent = await intentFor(stage, actor, view);
  if (intent === 'leave') return undefined;
  if (intent === 'later') {
    actor.unfinished = true;
    return undefined;
  }
  return mayTry(tries, actor, keyOf(view.item)) ? { part: intent, view } : undefined;
}

async function giveWords(
  stage: Stage,
  actor: Actor,
  hand: SlackHand,
  seen: SeenButtons,
  tries: Map<string, number>,
): Promise<void> {
  const wanted = new Map<string, ApprovalValue>(
    seen.approvals.map(({ value }) => [`${value.kind}/${value.id}`, value]),
  );
  for (const [name, approval] of wanted) {
    const word = await wordOn(stage, actor, approval);
    if (!word || !mayTry(tries, actor, name)) continue;
    const said = await hand.approve(seen, approval, word.agree, word.reason);
    if (said !== undefined) complain(stage, actor, name, said);
    // The home tab shows a few at a time: there may be more.
    actor.unfinished = true;
  }
}

async function undo(
  stage: Stage,
  actor: Actor,
  hand: SlackHand,
  seen: SeenButtons,
  tries: Map<string, number>,
): Promise<void> {
  for (const button of seen.undos) {
    const part = stage.parts.get(button.value.identityKey);
    if (part?.sceneId !== 'undo' || !mayTry(tries, actor, `undo/${button.value.removalId}`)) continue;
    const said = await hand.press(button);
    if (said !== undefined) complain(stage, actor, `undo of ${button.value.removalId}`, said);
    actor.unfinished = true;
    return;
  }
}

/** One click a group; the screen is drawn anew after each. Returns what is there at the end. */
async function keepGroups(
  stage: Stage,
  actor: Actor,
  hand: SlackHand,
  first: SeenButtons,
  tries: Map<string, number>,
): Promise<SeenButtons> {
  let seen = first;
  const nextOne = () =>
    seen.groups.find(({ value }) => mayTry(tries, actor, `${value.campaignId}/${value.group}`));
  for (let button = nextOne(); button; button = nextOne()) {
    const said = await hand.press(button);
    if (said !== undefined) complain(stage, actor, button.value.group, said);
    seen = await hand.look();
  }
  return seen;
}

async function visitMail(
  stage: Stage,
  actor: Actor,
  hand: MailHand,
  tries: Map<string, number>,
): Promise<void> {
  const shown = (await hand.look()) ?? [];
  const answers = [];
  for (const ref of shown.slice(0, ANSWERS_PER_VISIT)) {
    const intent = await nextIntent(stage, actor, ref as ItemValue, tries);
    if (!intent) continue;
    const { part, view } = intent;
    const purpose = view.snapshot.identity.purpose.known
      ? {}
      : { purpose: 'Found out by its owner during this review' };
    const fields = { ...purpose, ...part.fields?.(stage.now(), view) };
    answers.push({ ...ref, verdict: part.verdict, reason: part.reason, fields });
  }
  if (answers.length > 0) {
    const said = await hand.answer(answers);
    if (said !== undefined) complain(stage, actor, `${answers.length} answers by mail`, said);
  }
  hand.leave();
}

function onePerItem(buttons: readonly SeenButton<ItemValue>[]): SeenButton<ItemValue>[] {
  const first = new Map<string, SeenButton<ItemValue>>();
  for (const button of buttons) {
    const key = `${button.value.campaignId}/${button.value.identityKey}`;
    if (!first.has(key)) first.set(key, button);
  }
  return [...first.values()];
}

function mayTry(tries: Map<string, number>, { person }: Actor, about: string): boolean {
  const key = `${person.personId}/${about}`;
  const before = tries.get(key) ?? 0;
  tries.set(key, before + 1);
  return before < TRIES;
}

function keyOf({ campaignId, identityKey, round, hops }: ReviewItem): string {
  return `${campaignId}/${identityKey}/${round}/${hops.length}`;
}

function complain(stage: Stage, actor: Actor, about: string, said: string): void {
  actor.unfinished = true;
  stage.refused(actor.person.personId, about, said);
}
