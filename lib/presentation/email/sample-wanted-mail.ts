// Asks a second person to look again at a keep that was drawn at random.
import type { MessageBody } from '../../application/ports/messenger.ts';
import type { Reader } from '../wording.ts';
import { itemCard } from './digest-mail.ts';
import { type MailDocument, REPLY_IS_NO_ANSWER, WHERE_TO_ANSWER } from './mail-document.ts';

/** The mail, with the item as its reviewer saw it. */
export function sampleWantedMail(
  body: Extract<MessageBody, { purpose: 'sample-wanted' }>,
  reader: Reader,
): MailDocument {
  const { name } = body.item.item;
  const said = `${body.keptBy} kept ${name}. Would you have?`;
  return {
    subject: `A second look is wanted: ${name}`,
    preview: said,
    blocks: [
      { kind: 'heading', text: 'A second look is wanted' },
      { kind: 'paragraph', text: said },
      { kind: 'paragraph', text: body.text },
      itemCard(body.item, reader),
    ],
    footer: [
      'It was drawn at random. Neither answer says that somebody did wrong.',
      WHERE_TO_ANSWER,
      REPLY_IS_NO_ANSWER,
    ],
  };
}
