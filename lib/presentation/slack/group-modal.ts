// The form in which a group is looked through: those alike are ticked, those that something speaks against are not.
import type { GroupMember, GroupView } from '../../application/review-actions.ts';
import { seenMark } from '../../domain/review/seen.ts';
import { adviceWords, countWords, lastUseWords, type Reader, tierWords } from '../wording.ts';
import { FIELD } from './answer-fields.ts';
import { type Block, context, type Modal, section, type Tick, words } from './blocks.ts';
import { CALLBACK, type GroupContext, tickValue } from './references.ts';
import { code, plain, prose } from './text.ts';

/** Boxes in one set, as many as Slack takes. */
const BOXES = 10;
const MOST_REFUSED = 10;

/** First word of the names of the sets: of those alike, and of outliers. */
export const TICKS = { alike: 'alike', outliers: 'outliers' } as const;

/** The form. What is ticked says itself what was seen of it. */
export function renderGroupModal(group: GroupView, metadata: GroupContext, reader: Reader): Modal {
  const { alike, outliers, more } = group;
  const open = outliers.filter(({ why }) => why !== 'risk');
  const refused = outliers.filter(({ why }) => why === 'risk');
  return {
    type: 'modal',
    callback_id: CALLBACK.group,
    title: words('Keep together'),
    ...(alike.length + open.length > 0 ? { submit: words('Keep what is ticked') } : {}),
    close: words('Go back'),
    private_metadata: JSON.stringify(metadata),
    blocks: [
      section(`*${prose(group.label, 300)}*\n${prose(group.title, 150)}`),
      context('The same access, trust, repository and environment. Untick what you do not want to keep.'),
      ...tickSets(TICKS.alike, 'Nothing changed since last time', alike, true, reader),
      ...tickSets(TICKS.outliers, 'Not ticked: something speaks against it', open, false, reader),
      ...refusedBlocks(refused),
      ...(more > 0 ? [context(`${more} more of this group come up once these are answered.`)] : []),
      ...(open.length > 0 ? [reasonField] : []),
    ],
  };
}

function tickSets(
  name: string,
  label: string,
  members: readonly GroupMember[],
  ticked: boolean,
  reader: Reader,
): readonly Block[] {
  return Array.from({ length: Math.ceil(members.length / BOXES) }, (_, set): Block => {
    const options = members.slice(set * BOXES, (set + 1) * BOXES).map((member) => tickOf(member, reader));
    const from = set * BOXES + 1;
    const counted = members.length > BOXES ? ` (${from} to ${from + options.length - 1})` : '';
    return {
      type: 'input',
      block_id: `${name}-${set}`,
      label: words(`${label}${counted}`),
      optional: true,
      element: {
        type: 'checkboxes',
        action_id: `${name}-${set}`,
        options,
        ...(ticked ? { initial_options: options } : {}),
      },
    };
  });
}

function tickOf(member: GroupMember, reader: Reader): Tick {
  const { item, snapshot } = member.view;
  const said = whyWords(member) ?? `Last used: ${lastUseWords(snapshot.identity.lastUse, reader)}`;
  return {
    text: words(plain(item.name, 75)),
    description: words(plain(said, 75)),
    value: tickValue(item.identityKey, seenMark(item)),
  };
}

function whyWords({ why, view: { item, snapshot } }: GroupMember): string | undefined {
  switch (why) {
    case undefined:
      return undefined;
    case 'changed':
      return `Changed: ${snapshot.changes[0] ?? 'not kept before as it is now'}`;
    case 'advice':
      return `We suggest: ${adviceWords(snapshot.recommendation)}`;
    case 'risk':
      return tierWords(item.tier);
    default:
      return why satisfies never;
  }
}

function refusedBlocks(refused: readonly GroupMember[]): readonly Block[] {
  if (refused.length === 0) return [];
  const named = refused.slice(0, MOST_REFUSED).map(({ view }) => code(view.item.name, 100));
  const rest = refused.length - named.length;
  const many = countWords(refused.length, 'needs an answer of its own', 'need answers of their own');
  return [context(`${many}, for their risk: ${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`)];
}

const reasonField: Block = {
  type: 'input',
  block_id: FIELD.reason,
  label: words('Your reason'),
  hint: words('Wanted when you tick something that we did not.'),
  optional: true,
  element: { type: 'plain_text_input', action_id: FIELD.reason, multiline: true, max_length: 2000 },
};
