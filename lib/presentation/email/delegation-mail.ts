// Says to both sides that one answers for the other, or no longer does.
import type { MessageBody } from '../../application/ports/messenger.ts';
import { dueWords, type Reader } from '../wording.ts';
import { type MailDocument, REPLY_IS_NO_ANSWER, WHERE_TO_ANSWER } from './mail-document.ts';

/** The mail. Who reads it is named in it like everybody else. */
export function delegationMail(
  body: Extract<MessageBody, { purpose: 'delegation' }>,
  reader: Reader,
): MailDocument {
  const start = body.fromAt === undefined ? '' : ` from ${dueWords(body.fromAt, reader)}`;
  const said = body.ended
    ? `${body.to} no longer answers for ${body.from}.`
    : `${body.to} answers for ${body.from}${start} until ${dueWords(body.until, reader)}.`;
  return {
    subject: body.ended
      ? `${body.to} no longer answers for ${body.from}`
      : `${body.to} answers for ${body.from}`,
    preview: said,
    blocks: [
      { kind: 'heading', text: body.ended ? 'A delegation ended' : 'A delegation' },
      { kind: 'paragraph', text: said },
      ...(body.reason === '' ? [] : [{ kind: 'paragraph' as const, text: body.reason }]),
      ...(body.campaigns.length === 0 ? [] : [{ kind: 'bullets' as const, items: body.campaigns }]),
    ],
    footer: [
      'Who answers is named in the attestation of every decision.',
      WHERE_TO_ANSWER,
      REPLY_IS_NO_ANSWER,
    ],
  };
}
