// A person at Slack: reads what the app wrote, presses its buttons, fills in its forms. Everything goes the way a real
// person's acts go: signed, to the app's address.
import type { Verdict } from '../../../domain/review/decision.ts';
import type { Person } from '../../../domain/review/person.ts';
import { ACTION, type ApprovalValue, type ItemValue } from '../../../presentation/slack/references.ts';
import type { ActOutcome } from '../../slack/interactions/outcome.ts';
import type { SlackView } from '../../slack/views.ts';
import type { LocalStack } from '../../stack.ts';
import type { FormFields } from '../part.ts';
import { buttonsIn, fieldsIn, type SeenButton, type SeenButtons } from './buttons.ts';

/** An answer as it is given. */
export interface SlackAnswer {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly fields: FormFields;
}

/** One person at Slack. */
export interface SlackHand {
  /** Whether the app wrote something since the last look. */
  hasNews(): boolean;
  /** Reads everything: messages since the last visit, and the home tab anew. */
  look(): Promise<SeenButtons>;
  /** Ends the visit: what is there now is no news any more. */
  leave(): void;
  /** Answers one item with its buttons. Returns what was wrong, or undefined. */
  answer(button: SeenButton<ItemValue>, answer: SlackAnswer): Promise<string | undefined>;
  /** Agrees, or disagrees with a reason. */
  approve(
    seen: SeenButtons,
    approval: ApprovalValue,
    agree: boolean,
    reason: string,
  ): Promise<string | undefined>;
  /** Presses a button that needs no form. */
  press(button: SeenButton<unknown>): Promise<string | undefined>;
}

/** The hand of a person who has a Slack account. */
export function slackHand(stack: LocalStack, person: Person): SlackHand {
  const userId = person.slack?.userId ?? '';
  const acting = stack.slack.as(userId);
  const desk: Desk = { stack, userId, acting };
  let seenAt = 0;
  return {
    hasNews: () => stack.slack.messages({ user: userId, since: seenAt }).length > 0,
    async look() {
      await acting.openHome();
      await stack.functions.drain();
      return buttonsSeen(desk, seenAt);
    },
    leave() {
      seenAt = stack.slack.revision();
    },
    answer: (button, answer) => answerItem(desk, button, answer),
    async approve(seen, approval, agree, reason) {
      const wanted = agree ? ACTION.agree : ACTION.disagree;
      const button = seen.approvals.find(
        ({ actionId, value }) =>
          actionId === wanted && value.id === approval.id && value.kind === approval.kind,
      );
      if (!button) return 'the button is not there';
      const since = stack.slack.revision();
      const pressed = await acting.click(button.target);
      const view = acting.view();
      return view ? submitForm(desk, view, reason, {}) : whatCame(desk, pressed, since);
    },
    async press(button) {
      const since = stack.slack.revision();
      return whatCame(desk, await acting.click(button.target), since);
    },
  };
}

interface Desk {
  readonly stack: LocalStack;
  readonly userId: string;
  readonly acting: ReturnType<LocalStack['slack']['as']>;
}

/** The buttons of messages since the last visit and of the home tab. */
function buttonsSeen({ stack, userId, acting }: Desk, since: number): SeenButtons {
  const home = acting.home();
  const places = [
    ...stack.slack
      .messages({ user: userId, since })
      .map(({ channel, ts, message }) => buttonsIn(message.blocks ?? [], { channel, ts })),
    ...(home ? [buttonsIn(home.blocks, { home: true })] : []),
  ];
  return {
    items: places.flatMap(({ items }) => items),
    groups: places.flatMap(({ groups }) => groups),
    approvals: places.flatMap(({ approvals }) => approvals),
    undos: places.flatMap(({ undos }) => undos),
  };
}

async function answerItem(
  desk: Desk,
  button: SeenButton<ItemValue>,
  { verdict, reason, fields }: SlackAnswer,
): Promise<string | undefined> {
  const { acting, stack } = desk;
  const since = stack.slack.revision();
  const actionId = actionFor(button, verdict);
  const pressed = await acting.click({ ...button.target, actionId });
  const opened = acting.view();
  if (!opened) return whatCame(desk, pressed, since);
  const view = actionId === ACTION.more ? await choose(acting, opened, verdict) : opened;
  const problem = await submitForm(desk, view, reason, fields);
  const left = acting.view();
  if (left) await acting.closeView(left.id, true);
  return problem;
}

async function submitForm(
  desk: Desk,
  view: SlackView,
  reason: string,
  fields: FormFields,
): Promise<string | undefined> {
  const answers: Record<string, Record<string, string | readonly string[]>> = {};
  for (const { name, optional } of fieldsIn(view.blocks)) {
    const value = fields[name] ?? (name === 'reason' ? reason : optional ? undefined : DEFAULTS[name]);
    if (value !== undefined && value !== '') answers[name] = { [name]: value };
  }
  const since = desk.stack.slack.revision();
  return whatCame(desk, await desk.acting.submit(view.id, answers), since);
}

/** Waits until what was done has been worked on, and says what the app had against it. */
async function whatCame(
  { stack, userId }: Desk,
  outcome: ActOutcome,
  since: number,
): Promise<string | undefined> {
  await stack.functions.drain();
  const [field, problem] = Object.entries(outcome.errors)[0] ?? [];
  if (problem !== undefined) return `${field}: ${problem}`;
  if (outcome.warning !== undefined) return outcome.warning;
  return stack.slack
    .messages({ user: userId, since })
    .map(({ message }) => message.text)
    .find((text) => text.startsWith('Not taken'));
}

/** What people write where the form insists and they have nothing special to say. */
const DEFAULTS: Readonly<Record<string, string>> = { purpose: 'Found out by its owner during this review' };

/** Keep and Switch off have buttons of their own; everything else is under More…. */
function actionFor({ actionId }: SeenButton<ItemValue>, verdict: Verdict): string {
  if (verdict === 'certify') return actionId === ACTION.keepWithReason ? ACTION.keepWithReason : ACTION.keep;
  return verdict === 'revoke' ? ACTION.switchOff : ACTION.more;
}

async function choose(
  acting: ReturnType<LocalStack['slack']['as']>,
  opened: SlackView,
  verdict: Verdict,
): Promise<SlackView> {
  const outcome = await acting.click({
    viewId: opened.id,
    actionId: ACTION.verdict,
    blockId: 'verdict',
    value: verdict,
  });
  return outcome.view ?? opened;
}
