// What security answered to a reviewer's question.
import type { MessageBody } from '../../application/ports/messenger.ts';
import { type MailDocument, REPLY_IS_NO_ANSWER, WHERE_TO_ANSWER } from './mail-document.ts';

/** The mail: a quotation; the answer is still the reviewer's. */
export function securityAnswerMail(body: Extract<MessageBody, { purpose: 'security-answer' }>): MailDocument {
  return {
    subject: `An answer from security: ${body.title}`,
    preview: body.text,
    blocks: [
      { kind: 'heading', text: 'An answer from security' },
      { kind: 'paragraph', text: `${body.from} wrote about ${body.title}:` },
      { kind: 'paragraph', text: body.text },
    ],
    footer: ['It decides nothing: the answer is yours.', WHERE_TO_ANSWER, REPLY_IS_NO_ANSWER],
  };
}
