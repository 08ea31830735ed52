// Several pieces of news in one mail: removals, and words of a second person that are wanted.
import type { MessageBody } from '../../application/ports/messenger.ts';
import { removalListTitle } from '../list-title.ts';
import { countWords, dueWords, type Reader } from '../wording.ts';
import { type MailDocument, REPLY_IS_NO_ANSWER, WHERE_TO_ANSWER } from './mail-document.ts';

type Body<P extends MessageBody['purpose']> = Extract<MessageBody, { purpose: P }>;

const FOOTER = [WHERE_TO_ANSWER, REPLY_IS_NO_ANSWER];

/** What was switched off or held back. */
export function removalListMail({ news, more }: Body<'removal-list'>, reader: Reader): MailDocument {
  const title = removalListTitle({ news, more });
  const lines = news.map(({ what, removal, text, undoUntil }) => {
    const undoable = what === 'switched-off' && undoUntil !== undefined && undoUntil > reader.now;
    const undo = undoable ? ` Undo until ${dueWords(undoUntil, reader)}.` : '';
    return `${removal.name}: ${sentence(text)}${undo}`;
  });
  return listMail(title, lines, more);
}

/** What waits for a second person. */
export function approvalListMail({ approvals, more }: Body<'approval-list'>): MailDocument {
  const title = `${countWords(approvals.length + more, 'answer waits', 'answers wait')} for your word`;
  return listMail(
    title,
    approvals.map(({ title: what, detail, askedBy }) => `${what}. ${sentence(detail)} Asked by ${askedBy}.`),
    more,
  );
}

/** Something else follows on the same line. */
const sentence = (text: string): string => (/(^|[.!?…])$/.test(text) ? text : `${text}.`);

function listMail(title: string, lines: readonly string[], more: number): MailDocument {
  return {
    subject: title,
    preview: lines.slice(0, 3).join('; '),
    blocks: [
      { kind: 'heading', text: title },
      { kind: 'bullets', items: more > 0 ? [...lines, `and ${more} more`] : lines },
    ],
    footer: FOOTER,
  };
}
