// Mails that ask for one thing: a second word, an exception, a kept promise, an owner.
import type { MessageBody } from '../../application/ports/messenger.ts';
import { countWords, dueWords, type Reader, verdictWords } from '../wording.ts';
import { itemCard } from './digest-mail.ts';
import { type MailBlock, type MailDocument, REPLY_IS_NO_ANSWER, WHERE_TO_ANSWER } from './mail-document.ts';

type Body<P extends MessageBody['purpose']> = Extract<MessageBody, { purpose: P }>;
type ReminderBody = Body<'exception-request' | 'exception-ending' | 'promise-reminder'>;

const MAX_CLAIMS = 10;
const FOOTER = [WHERE_TO_ANSWER, REPLY_IS_NO_ANSWER];

/** Asks a person from outside the owner's team to agree with a decision. */
export function secondApprovalMail(body: Body<'second-approval'>, reader: Reader): MailDocument {
  const { item } = body.item;
  const { decision } = item;
  const said = decision
    ? [
        { label: 'They answered', value: verdictWords(decision.verdict) },
        { label: 'Their reason', value: decision.reason || 'none given' },
      ]
    : [];
  return {
    subject: `Your second word is wanted: ${item.name}`,
    preview: `${body.askedBy} asks for your word. ${body.text}`,
    blocks: [
      { kind: 'heading', text: 'A second person is wanted' },
      { kind: 'paragraph', text: `${body.askedBy} asks for your word on ${item.name}.` },
      { kind: 'paragraph', text: body.text },
      { kind: 'rows', rows: said },
      itemCard(body.item, reader),
    ],
    footer: ['It does not count before you agree.', ...FOOTER],
  };
}

const REMINDERS: Readonly<Record<ReminderBody['purpose'], readonly [title: string, until: string]>> = {
  'exception-request': ['An exception is asked for', 'Until'],
  'exception-ending': ['An exception ends', 'Ends'],
  'promise-reminder': ['A promise falls due', 'Due'],
};

/** An exception asked for or ending, a promise falling due. */
export function reminderMail(body: ReminderBody, reader: Reader): MailDocument {
  const [title, label] = REMINDERS[body.purpose];
  const until = dueWords(body.until, reader);
  return {
    subject: `${title}: ${body.identityName}`,
    preview: `${label}: ${until}. ${body.text}`,
    blocks: [
      { kind: 'heading', text: title },
      { kind: 'paragraph', text: body.text },
      {
        kind: 'rows',
        rows: [
          { label: 'Identity', value: body.identityName },
          { label, value: until },
        ],
      },
    ],
    footer: FOOTER,
  };
}

/** Asks whose an unowned identity is. */
export function claimWantedMail(body: Body<'claim-wanted'>, reader: Reader): MailDocument {
  const title = `${countWords(body.items.length, 'identity has', 'identities have')} no owner`;
  const rest = body.items.length - MAX_CLAIMS;
  const more: MailBlock[] = rest > 0 ? [{ kind: 'paragraph', text: `And ${rest} more.` }] : [];
  return {
    subject: `${title}: is one of them yours?`,
    preview: body.text,
    blocks: [
      { kind: 'heading', text: title },
      { kind: 'paragraph', text: body.text },
      ...body.items.slice(0, MAX_CLAIMS).map((view) => itemCard(view, reader)),
      ...more,
    ],
    footer: ['What nobody claims goes to the fallback reviewer, who cannot keep it.', ...FOOTER],
  };
}
