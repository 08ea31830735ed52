// Several pieces of news in one message: removals, and words of a second person that are wanted.
import type { RemovalNews } from '../../application/ports/messenger.ts';
import type { PendingApproval } from '../../application/review-actions.ts';
import { removalListTitle } from '../list-title.ts';
import { countWords, dueWords, type Reader } from '../wording.ts';
import { type Block, buttons, context, header, type SlackMessage, section, textLength } from './blocks.ts';
import type { Body } from './body.ts';
import { approvalButtons, undoButton } from './press.ts';
import { rowId } from './references.ts';
import { code, prose } from './text.ts';

const MAX_ROWS = 10;
const MAX_BLOCKS = 46;
const MAX_TEXT = 10_500;

/** What was switched off or held back, each with its button. */
export function renderRemovalList(body: Body<'removal-list'>, reader: Reader): SlackMessage {
  return listOf(
    removalListTitle(body),
    body.news.map((news) => removalRow(news, reader)),
    body.more,
  );
}

function removalRow({ what, removal, text, undoUntil }: RemovalNews, reader: Reader): Row {
  const { name, removalId, identityKey, campaignId } = removal;
  const undoable = what === 'switched-off' && undoUntil !== undefined && undoUntil > reader.now;
  const until = undoable ? `\nUndo until ${dueWords(undoUntil, reader)}.` : '';
  return {
    id: removalId,
    name: code(name, 120),
    text: `${code(name, 120)}: ${prose(text, 400)}${until}`,
    buttons:
      what === 'held'
        ? approvalButtons({ kind: 'removal-hold', campaignId, identityKey, id: removalId })
        : undoable
          ? [undoButton({ identityKey, removalId, until: undoUntil })]
          : [],
  };
}

/** What waits for a second person, each with its two buttons. */
export function renderApprovalList(body: Body<'approval-list'>, _reader: Reader): SlackMessage {
  const { approvals } = body;
  const title = `${countWords(approvals.length + body.more, 'answer waits', 'answers wait')} for your word`;
  return listOf(title, approvals.map(approvalRow), body.more);
}

function approvalRow(approval: PendingApproval): Row {
  return {
    id: approval.id,
    name: prose(approval.title, 120),
    text: `*${prose(approval.title, 150)}*\n${prose(approval.detail, 400)}\nAsked by ${prose(approval.askedBy, 120)}.`,
    buttons: approvalButtons(approval),
  };
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly buttons: Parameters<typeof buttons>[1];
}

function listOf(title: string, rows: readonly Row[], more: number): SlackMessage {
  const blocks: Block[] = [header(title)];
  let shown = 0;
  for (const [position, row] of rows.slice(0, MAX_ROWS).entries()) {
    const pressed =
      row.buttons.length > 0 ? [buttons(rowId('note', String(position), row.id), row.buttons)] : [];
    const next = [section(row.text), ...pressed];
    if (blocks.length + next.length > MAX_BLOCKS || textLength([blocks, next]) > MAX_TEXT) break;
    blocks.push(...next);
    shown += 1;
  }
  const rest = more + rows.length - shown;
  const names = rows.slice(0, 5).map(({ name }) => name);
  return {
    text: `${title}: ${names.join(', ')}`,
    blocks: rest > 0 ? [...blocks, context(`${rest} more on the Home tab.`)] : blocks,
  };
}
