// The modal in which an answer is given in full: what is at stake, which answer, and what that answer needs.
import type { ItemView } from '../../application/ports/messenger.ts';
import { atLeast } from '../../domain/identity/risk-tier.ts';
import { Verdict } from '../../domain/review/decision.ts';
import type { Person } from '../../domain/review/person.ts';
import { seenMark } from '../../domain/review/seen.ts';
import type { Instant } from '../../domain/time.ts';
import { questionWords, type Reader, verdictWords } from '../wording.ts';
import { answerFields } from './answer-fields.ts';
import { type Block, buttons, type Choice, context, type Modal, section, words } from './blocks.ts';
import { itemText } from './item-blocks.ts';
import { itemButton } from './press.ts';
import {
  ACTION,
  type AnswerContext,
  CALLBACK,
  type DisagreeContext,
  type Origin,
  rowId,
} from './references.ts';
import { code, prose } from './text.ts';

/** What the answer modal shows. */
export interface AnswerModal {
  readonly view: ItemView;
  readonly origin: Origin;
  /** Chosen by the button pressed: then there is no menu. */
  readonly fixed?: Verdict | undefined;
  /** Chosen in the menu so far; nothing is chosen beforehand. */
  readonly chosen?: Verdict | undefined;
  /** Why it is asked, where the person did not ask for a form. */
  readonly lead?: string | undefined;
  /** When the form was opened first. @default now */
  readonly openedAt?: Instant | undefined;
  /** People it may be handed to; wanted once `reassign` is chosen. */
  readonly candidates?: readonly Person[] | undefined;
}

/** The modal. It is drawn anew when the menu changes; what was typed stays. */
export function renderAnswerModal(modal: AnswerModal, reader: Reader): Modal {
  const { view, fixed, candidates } = modal;
  const verdict = fixed ?? modal.chosen;
  const { item } = view;
  const { campaignId, identityKey } = item;
  const metadata: AnswerContext = {
    item: { campaignId, identityKey, seen: seenMark(item) },
    origin: modal.origin,
    tier: item.tier,
    openedAt: modal.openedAt ?? reader.now,
    ...(fixed ? { fixed } : {}),
  };
  return {
    type: 'modal',
    callback_id: CALLBACK.answer,
    title: words(titleOf(fixed)),
    submit: words(verdict ? submitLabel(verdict) : 'Send answer'),
    close: words('Go back'),
    private_metadata: JSON.stringify(metadata),
    blocks: [
      ...(modal.lead === undefined ? [] : [context(prose(modal.lead, 300))]),
      section(`*${prose(questionWords(view.snapshot), 1200)}*`),
      section(itemText(view, reader)),
      buttons(rowId('ephemeral', 'evidence'), [
        itemButton(ACTION.evidence, 'Show evidence', item, item.name),
      ]),
      ...(fixed ? [] : [verdictMenu(modal.chosen)]),
      ...(verdict ? [...consequence(verdict, view), ...answerFields(verdict, view, candidates)] : []),
    ],
  };
}

/** Says one thing, in place of a form that cannot be taken. */
export function renderSayingModal(said: string): Modal {
  return {
    type: 'modal',
    callback_id: CALLBACK.evidence,
    title: words('Countersign'),
    close: words('Close'),
    private_metadata: '',
    blocks: [section(prose(said, 2000))],
  };
}

/** Asks a second person why they disagree. */
export function renderDisagreeModal(context: DisagreeContext): Modal {
  return {
    type: 'modal',
    callback_id: CALLBACK.disagree,
    title: words('Say why'),
    submit: words('Send'),
    close: words('Go back'),
    private_metadata: JSON.stringify(context),
    blocks: [
      {
        type: 'input',
        block_id: 'reason',
        label: words('Your reason'),
        hint: words('It is kept with your answer.'),
        optional: false,
        element: { type: 'plain_text_input', action_id: 'reason', multiline: true, max_length: 2000 },
      },
    ],
  };
}

function titleOf(fixed: Verdict | undefined): string {
  if (fixed === 'certify') return 'Keep';
  return fixed === 'revoke' ? 'Switch off' : 'Your answer';
}

function submitLabel(verdict: Verdict): string {
  const labels: Partial<Record<Verdict, string>> = {
    certify: 'Keep',
    revoke: 'Switch off',
    reassign: 'Hand over',
    except: 'Ask for exception',
  };
  return labels[verdict] ?? 'Send answer';
}

function verdictMenu(chosen: Verdict | undefined): Block {
  const choices = Verdict.options.map(
    (verdict): Choice => ({ text: words(verdictWords(verdict)), value: verdict }),
  );
  const initial = choices.find(({ value }) => value === chosen);
  return {
    type: 'input',
    block_id: 'verdict',
    label: words('Your answer'),
    optional: false,
    dispatch_action: true,
    element: {
      type: 'static_select',
      action_id: ACTION.verdict,
      placeholder: words('Choose an answer'),
      options: choices,
      ...(initial ? { initial_option: initial } : {}),
    },
  };
}

/** What will happen, said before the person agrees to it. */
function consequence(verdict: Verdict, { item, snapshot }: ItemView): readonly Block[] {
  const { removalPath } = snapshot.identity;
  const name = code(item.name, 120);
  switch (verdict) {
    case 'certify':
      return atLeast(item.tier, 'critical')
        ? [context('Critical risk: a second person from outside your team is asked as well.')]
        : [];
    case 'revoke': {
      const undo = removalPath.reversible ? 'It can be undone.' : '*It cannot be undone.*';
      return [context(`${name} will be switched off. ${undo} How: ${prose(removalPath.description, 300)}`)];
    }
    case 'reduce':
    case 'rotate':
      return [context('This is a promise. We look again when it falls due, at most 30 days from now.')];
    case 'retire':
      return [context(`${name} stays as it is until that day, then it is switched off.`)];
    case 'except':
      return [context('Somebody other than you has to approve it. It ends by itself.')];
    case 'reassign':
    case 'not-mine':
      return [context('The due date stays the same for whoever gets it.')];
    default:
      return verdict satisfies never;
  }
}
