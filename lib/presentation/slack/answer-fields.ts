// What each answer needs to be told, as form fields. Block ids are the field names the submission is read by.
import type { ItemView } from '../../application/ports/messenger.ts';
import { atLeast, type RiskTier } from '../../domain/identity/risk-tier.ts';
import type { Verdict } from '../../domain/review/decision.ts';
import type { Person } from '../../domain/review/person.ts';
import { type Block, type Choice, type InputElement, words } from './blocks.ts';
import { plain } from './text.ts';

/** Names of the fields; each is both block id and action id. */
export const FIELD = {
  reason: 'reason',
  purpose: 'purpose',
  credentials: 'credentials',
  to: 'to',
  due: 'due',
  on: 'on',
  until: 'until',
  control: 'control',
  person: 'person',
  find: 'find',
  question: 'question',
} as const;

/** How many people a menu can offer before the view grows too large. */
const MAX_PEOPLE = 1000;
const GROUP = 100;

/** Whether a reason is asked for: always for exceptions, from high risk on for what answers the question. */
export function wantsReason(verdict: Verdict, tier: RiskTier): boolean {
  if (verdict === 'reassign' || verdict === 'not-mine') return false;
  return verdict === 'except' || atLeast(tier, 'high');
}

/** The fields of one answer, required ones first. */
export function answerFields(
  verdict: Verdict,
  view: ItemView,
  candidates: readonly Person[] = [],
): readonly Block[] {
  const reason = reasonField(wantsReason(verdict, view.item.tier));
  switch (verdict) {
    case 'certify':
      return [...purposeField(view), reason];
    case 'revoke':
      return [...credentialField(view, 'Only these credentials'), reason];
    case 'reduce':
      return [
        longField(FIELD.to, 'Reduce to', 'For example: read-only on one bucket.', 1000),
        dateField(FIELD.due, 'By when', true, 'At most 30 days from now. Empty: 30 days.'),
        reason,
      ];
    case 'rotate':
      return [
        ...credentialField(view, 'Rotate only these'),
        dateField(FIELD.due, 'By when', true, 'At most 30 days from now. Empty: 30 days.'),
        reason,
      ];
    case 'retire':
      return [dateField(FIELD.on, 'Switch off on', false), reason];
    case 'except':
      return [
        dateField(FIELD.until, 'Until', false, 'At most 90 days from now; 30 for critical risk.'),
        longField(FIELD.control, 'What protects us meanwhile', 'The compensating control.', 1000),
        reason,
      ];
    case 'reassign':
      return [personField(candidates), reason];
    case 'not-mine':
      return [reasonField(false, 'Who might know whose it is? Anything helps.')];
    default:
      return verdict satisfies never;
  }
}

function reasonField(required: boolean, hint?: string): Block {
  const element: InputElement = {
    type: 'plain_text_input',
    action_id: FIELD.reason,
    multiline: true,
    max_length: 2000,
  };
  return field(FIELD.reason, 'Your reason', element, !required, hint);
}

function purposeField({ snapshot }: ItemView): readonly Block[] {
  if (snapshot.identity.purpose.known) return [];
  const element: InputElement = { type: 'plain_text_input', action_id: FIELD.purpose, max_length: 500 };
  return [
    field(
      FIELD.purpose,
      'What is it for?',
      element,
      false,
      'Nobody has written it down yet. Not sure? Ask for an exception of up to 30 days instead.',
    ),
  ];
}

function longField(name: string, label: string, hint: string, maxLength: number): Block {
  const element: InputElement = {
    type: 'plain_text_input',
    action_id: name,
    multiline: true,
    max_length: maxLength,
  };
  return field(name, label, element, false, hint);
}

function dateField(name: string, label: string, optional: boolean, hint?: string): Block {
  return field(name, label, { type: 'datepicker', action_id: name }, optional, hint);
}

/** Offered when there is more than one to choose from; ids longer than a menu can carry are left out. */
function credentialField({ snapshot }: ItemView, label: string): readonly Block[] {
  const options = snapshot.identity.credentials
    .filter(({ credentialId, status }) => status !== 'inactive' && credentialId.length <= 150)
    .slice(0, 100)
    .map(
      ({ credentialId, type, status }): Choice => ({
        text: words(plain(`${credentialId} (${type}, ${status})`, 75)),
        value: credentialId,
      }),
    );
  if (options.length < 2) return [];
  const element: InputElement = { type: 'multi_static_select', action_id: FIELD.credentials, options };
  return [field(FIELD.credentials, label, element, true, 'Choose none to mean the whole identity.')];
}

function personField(candidates: readonly Person[]): Block {
  const people = candidates.toSorted((a, b) => a.name.localeCompare(b.name)).slice(0, MAX_PEOPLE);
  const choices = people.map(({ name, email, personId }): Choice => {
    const text = words(plain(`${name} (${email})`, 75));
    return { text, value: personId };
  });
  const placeholder = words('Choose a person');
  const base = { type: 'static_select', action_id: FIELD.person, placeholder } as const;
  if (choices.length === 0) {
    // A menu must offer something; the server refuses this value, and the hint says why.
    const nobody: Choice = { text: words('Nobody'), value: '-' };
    const hint = 'The rules of this review let you hand it to nobody. “Not mine” finds the next reviewer.';
    return field(FIELD.person, 'Hand it to', { ...base, options: [nobody] }, false, hint);
  }
  const left = candidates.length - people.length;
  const hint =
    left > 0 ? `The first ${MAX_PEOPLE} people; ${left} more can be named on the command line.` : undefined;
  const element: InputElement =
    choices.length <= GROUP ? { ...base, options: choices } : { ...base, option_groups: grouped(choices) };
  return field(FIELD.person, 'Hand it to', element, false, hint);
}

function grouped(choices: readonly Choice[]) {
  return Array.from({ length: Math.ceil(choices.length / GROUP) }, (_, position) => {
    const options = choices.slice(position * GROUP, (position + 1) * GROUP);
    const first = options[0]?.text.text ?? '';
    const last = options.at(-1)?.text.text ?? '';
    return { label: words(plain(`${plain(first, 30)} – ${plain(last, 30)}`, 75)), options };
  });
}

function field(name: string, label: string, element: InputElement, optional: boolean, hint?: string): Block {
  return {
    type: 'input',
    block_id: name,
    label: words(label),
    ...(hint ? { hint: words(hint) } : {}),
    optional,
    element,
  };
}
