// The mail about missing answers to people besides the reviewer. It has no link: their own page does not show others' reviews.

import {
  type EscalationBody,
  escalationTitle,
  missingWords,
  moreWords,
  partWords,
} from '../escalation-words.ts';
import { oneLine } from '../web/safe-text.ts';
import { type Reader, silenceWords } from '../wording.ts';
import { type MailBlock, type MailDocument, REPLY_IS_NO_ANSWER } from './mail-document.ts';

/** Gmail cuts mails at about 100 kB; this many reviews stay well below. */
const MAX_LINES = 20;
const MAX_VALUE = 240;

/** The mail of an escalation. */
export function escalationMail(body: EscalationBody, reader: Reader): MailDocument {
  const title = escalationTitle(body);
  const shown = body.lines.slice(0, MAX_LINES);
  const more = moreWords({ ...body, more: body.more + body.lines.length - shown.length });
  const grace = body.lines.map(({ docket }) => docket.graceEndsAt).toSorted()[0];
  const mayAnswer = shown.some(({ as }) => as === 'backup');
  return {
    subject: title,
    preview: shown.map((line) => missingWords(line, reader)).join(' '),
    blocks: [
      { kind: 'heading', text: title },
      ...shown.flatMap((line): MailBlock[] => {
        const names = line.docket.items.map(({ item }) => oneLine(item.name, MAX_VALUE));
        return [
          { kind: 'heading', text: oneLine(line.docket.title, MAX_VALUE) },
          { kind: 'paragraph', text: missingWords(line, reader) },
          ...(names.length > 0 ? ([{ kind: 'bullets', items: names }] as const) : []),
          { kind: 'paragraph', text: partWords(line) },
        ];
      }),
      ...[more, grace === undefined ? '' : silenceWords(grace, reader)]
        .filter((text) => text !== '')
        .map((text): MailBlock => ({ kind: 'paragraph', text })),
    ],
    footer: [
      ...(mayAnswer
        ? ['A backup answers in the Countersign app in Slack, or with the command "countersign decide".']
        : []),
      'You get this once a day at most, and a last call. It stops as soon as the answers are there.',
      REPLY_IS_NO_ANSWER,
    ],
  };
}
