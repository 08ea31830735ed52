// Messages about one thing that happened or is wanted: every purpose but the digest.
import type { MessageBody } from '../../application/ports/messenger.ts';
import type { Removal } from '../../domain/removal/removal.ts';
import type { ReviewItem } from '../../domain/review/review-item.ts';
import { momentWords } from '../dates.ts';
import { countWords, dueWords, type Reader } from '../wording.ts';
import {
  type Block,
  type Button,
  buttons,
  context,
  header,
  type SlackMessage,
  section,
  textLength,
} from './blocks.ts';
import { itemText } from './item-blocks.ts';
import { approvalButtons, itemButton, undoButton } from './press.ts';
import { ACTION, rowId } from './references.ts';
import { code, prose } from './text.ts';

type Body<P extends MessageBody['purpose']> = Extract<MessageBody, { readonly purpose: P }>;
type RemovalBody = Extract<MessageBody, { readonly removal: Removal }>;
type ReminderBody = Extract<MessageBody, { readonly identityName: string }>;

const MAX_CLAIMS = 10;
const MAX_FINDINGS = 30;
const MAX_TEXT = 11_500;

const REMOVAL_TITLES: Readonly<Record<RemovalBody['purpose'], string>> = {
  'switched-off': 'Switched off',
  restored: 'Switched on again',
  held: 'Held back, not switched off',
  drift: 'Switched on again by somebody else',
  'manual-task': 'Please switch this off by hand',
  'removal-warning': 'About to be switched off',
  'brown-out': 'Switched off for a short while, to see who misses it',
  screamed: 'Missed while it was off, and switched on again',
};

/** A message about a removal: undo where it is possible, a second person's word where it is wanted. */
export function renderRemovalNote(body: RemovalBody, reader: Reader): SlackMessage {
  const { removal, text, undoUntil, purpose } = body;
  const title = REMOVAL_TITLES[purpose];
  const what = `${code(removal.name, 200)}${removal.credentialId ? `, ${code(removal.credentialId, 120)}` : ''}`;
  const undo = undoUntil !== undefined && undoUntil > reader.now ? undoUntil : undefined;
  const until = undo
    ? [context(`Undo until ${dueWords(undo, reader)}. It puts everything back as it was.`)]
    : [];
  return {
    text: `${title}: ${what}. ${prose(text, 1500)}`,
    blocks: [
      header(title),
      section(`${what}\n${prose(text, 2000)}`),
      ...holdBlocks(body, reader),
      ...rowOf(removal.removalId, removalButtons(body, undo !== undefined)),
      ...until,
    ],
  };
}

function removalButtons({ purpose, removal }: RemovalBody, undoable: boolean): readonly Button[] {
  if (purpose === 'held') return approvalButtons(removalApproval('removal-hold', removal));
  if (purpose === 'manual-task') return approvalButtons(removalApproval('manual-task', removal));
  return undoable ? [undoButton({ ...removal, until: removal.plannedAt })] : [];
}

function removalApproval(kind: 'removal-hold' | 'manual-task', removal: Removal) {
  const { campaignId, identityKey, removalId } = removal;
  return { kind, campaignId, identityKey, id: removalId };
}

function holdBlocks({ purpose, removal }: RemovalBody, reader: Reader): readonly Block[] {
  const hold = removal.holds.at(-1);
  if (purpose !== 'held' || !hold) return [];
  const until = dueWords(hold.holdUntil, reader);
  return [section(`*Why:* ${prose(hold.cause, 600)}\n*Held until:* ${until}`)];
}

/** Asks a person from outside the owner's team to agree with a decision. */
export function renderSecondApproval(body: Body<'second-approval'>, reader: Reader): SlackMessage {
  const { item } = body.item;
  const asked = `${prose(body.askedBy, 120)} asks for your word on ${code(item.name, 120)}.`;
  const approval = {
    kind: item.claim ? 'claim' : 'second-decision',
    campaignId: item.campaignId,
    identityKey: item.identityKey,
    id: item.claim ? item.identityKey : (item.decision?.attestationId ?? item.identityKey),
  } as const;
  return {
    text: `${asked} ${prose(body.text, 1500)}`,
    blocks: [
      header('A second person is wanted'),
      section(`${asked}\n${prose(body.text, 1500)}${reasonText(item)}`),
      section(itemText(body.item, reader)),
      buttons(rowId('note', item.campaignId, item.identityKey), [
        ...approvalButtons(approval),
        itemButton(ACTION.evidence, 'Show evidence', item, item.name),
      ]),
    ],
  };
}

function reasonText(item: ReviewItem): string {
  return item.decision?.reason ? `\n*Their reason:* ${prose(item.decision.reason, 800)}` : '';
}

const REMINDER_TITLES: Readonly<Record<ReminderBody['purpose'], readonly [string, string]>> = {
  'exception-request': ['An exception is asked for', 'Until'],
  'exception-ending': ['An exception ends', 'Ends'],
  'promise-reminder': ['A promise falls due', 'Due'],
};

/** An exception asked for or ending, a promise falling due. */
export function renderReminder(body: ReminderBody, reader: Reader): SlackMessage {
  const [title, label] = REMINDER_TITLES[body.purpose];
  const { campaignId, identityKey, id } = body.ref;
  const name = code(body.identityName, 200);
  const pressed =
    body.purpose === 'exception-request'
      ? approvalButtons({ kind: 'exception', campaignId, identityKey, id })
      : [itemButton(ACTION.more, 'Answer…', body.ref, body.identityName)];
  return {
    text: `${title}: ${name}. ${prose(body.text, 1500)} ${label}: ${dueWords(body.until, reader)}.`,
    blocks: [
      header(title),
      section(`${name}\n${prose(body.text, 2000)}\n*${label}:* ${dueWords(body.until, reader)}`),
      buttons(rowId('note', id), [
        ...pressed,
        itemButton(ACTION.evidence, 'Show evidence', body.ref, body.identityName),
      ]),
    ],
  };
}

/** Asks whose an unowned identity is. */
export function renderClaimWanted(body: Body<'claim-wanted'>, reader: Reader): SlackMessage {
  const title = `${countWords(body.items.length, 'identity has', 'identities have')} no owner`;
  const blocks: Block[] = [header(title), section(prose(body.text, 1500))];
  let shown = 0;
  for (const view of body.items.slice(0, MAX_CLAIMS)) {
    const { item } = view;
    const next = [
      section(itemText(view, reader)),
      buttons(rowId('note', item.campaignId, item.identityKey), [
        itemButton(ACTION.claim, 'It’s mine', item, item.name),
        itemButton(ACTION.evidence, 'Show evidence', item, item.name),
      ]),
    ];
    if (textLength([blocks, next]) > MAX_TEXT) break;
    blocks.push(...next);
    shown += 1;
  }
  const rest = body.items.length - shown;
  const more =
    rest > 0 ? [context(`${countWords(rest, 'more identity', 'more identities')} on the Home tab.`)] : [];
  const names = body.items.slice(0, 5).map(({ item }) => code(item.name, 80));
  return {
    text: `${title}. ${prose(body.text, 1500)} ${names.join(', ')}`,
    blocks: [...blocks, ...more],
  };
}

/** The code asked for at the moment of deciding. */
export function renderOneTimeCode(body: Body<'one-time-code'>): SlackMessage {
  const said = `Your one-time code is ${code(body.code, 40)}. It works for ${countWords(body.minutes, 'minute')}, once, in the browser you asked from.`;
  return {
    text: said,
    blocks: [
      section(said),
      context(
        'If you did not ask for it, somebody has your review link: do not pass the code on, and tell security.',
      ),
    ],
  };
}

/** What a campaign could not settle. */
export function renderFindings(body: Body<'findings'>, reader: Reader): SlackMessage {
  const title = `${countWords(body.findings.length, 'finding')} in ${prose(body.title, 120)}`;
  const lines = body.findings
    .slice(0, MAX_FINDINGS)
    .map(({ text, count, code: name }) => `• *${count}* ${prose(text, 200)} (${prose(name, 40)})`);
  const rest = body.findings.length - lines.length;
  const parts = [lines.slice(0, 10), lines.slice(10, 20), lines.slice(20)].filter((part) => part.length > 0);
  return {
    text: `${title}: ${prose(body.findings.map(({ text, count }) => `${count} ${text}`).join('; '), 1500)}`,
    blocks: [
      section(`*${title}*`),
      ...parts.map((part) => section(part.join('\n'))),
      ...(rest > 0 ? [context(`and ${rest} more`)] : []),
      context(`Campaign ${code(body.campaignId, 120)}, as of ${momentWords(reader.now, reader.timeZone)}`),
    ],
  };
}

function rowOf(id: string, elements: readonly Button[]): readonly Block[] {
  return elements.length > 0 ? [buttons(rowId('note', id), elements)] : [];
}
