// Two short mails: the one-time code, and what a campaign could not settle.
import type { MessageBody } from '../../application/ports/messenger.ts';
import { momentWords } from '../dates.ts';
import { countWords, type Reader } from '../wording.ts';
import { type MailDocument, REPLY_IS_NO_ANSWER, WHERE_TO_ANSWER } from './mail-document.ts';

type Body<P extends MessageBody['purpose']> = Extract<MessageBody, { purpose: P }>;

const MAX_FINDINGS = 40;

/** The code asked for at the moment of deciding. It is in neither subject nor preview, which lock screens show. */
export function oneTimeCodeMail(body: Body<'one-time-code'>): MailDocument {
  const minutes = countWords(body.minutes, 'minute');
  return {
    subject: 'Your one-time code for Countersign',
    preview: `It works for ${minutes}, once, in the browser you asked from.`,
    blocks: [
      { kind: 'paragraph', text: 'Your one-time code is' },
      { kind: 'code', code: body.code },
      {
        kind: 'paragraph',
        text: `It works for ${minutes}, once, on the page you asked from. Go back to that page and type it there; please do not open the review link again in between.`,
      },
    ],
    footer: [
      'If you did not ask for it, somebody has your review link: do not pass the code on, and tell security.',
      REPLY_IS_NO_ANSWER,
    ],
  };
}

/** What a campaign could not settle. */
export function findingsMail(body: Body<'findings'>, reader: Reader): MailDocument {
  const title = `${countWords(body.findings.length, 'finding')} in ${body.title}`;
  const rest = body.findings.length - MAX_FINDINGS;
  const lines = body.findings
    .slice(0, MAX_FINDINGS)
    .map(({ count, text, code }) => `${count}: ${text} (${code})`);
  return {
    subject: title,
    preview: lines.join('; '),
    blocks: [
      { kind: 'heading', text: title },
      { kind: 'bullets', items: rest > 0 ? [...lines, `and ${rest} more`] : lines },
      {
        kind: 'rows',
        rows: [
          { label: 'Campaign', value: body.campaignId },
          { label: 'As of', value: momentWords(reader.now, reader.timeZone) },
        ],
      },
    ],
    footer: [WHERE_TO_ANSWER, REPLY_IS_NO_ANSWER],
  };
}
