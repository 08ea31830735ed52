// News of a removal: done, undone, on hold, no longer in force, or to be done by hand.
import type { MessageBody } from '../../application/ports/messenger.ts';
import type { RemovalCause } from '../../domain/removal/removal.ts';
import type { Row } from '../web/evidence.ts';
import { dueWords, pastWords, type Reader, tierWords } from '../wording.ts';
import { type MailDocument, REPLY_IS_NO_ANSWER, WHERE_TO_ANSWER } from './mail-document.ts';

type RemovalBody = Extract<MessageBody, { readonly removal: unknown }>;

const TITLES: Readonly<Record<RemovalBody['purpose'], string>> = {
  'switched-off': 'Switched off',
  restored: 'Switched on again',
  held: 'Switching off is on hold',
  drift: 'Found switched on again, by someone else',
  'manual-task': 'To be switched off by hand',
  'removal-warning': 'About to be switched off',
  'brown-out': 'Off for a short while, to see who misses it',
  screamed: 'Missed while it was off, and switched on again',
};

const CAUSES: Readonly<Record<RemovalCause, string>> = {
  'no-response': 'nobody answered in time',
  revoked: 'its owner asked for it',
  retired: 'its agreed last day came',
  'exception-ended': 'its exception ended',
  'promise-missed': 'a promised change was not made in time',
  drift: 'it was switched on again without a review',
};

/** The mail about one removal. */
export function removalMail(body: RemovalBody, reader: Reader): MailDocument {
  const { removal, purpose } = body;
  const title = TITLES[purpose];
  return {
    subject: `${title}: ${removal.name}`,
    preview: body.text,
    blocks: [
      { kind: 'heading', text: title },
      { kind: 'paragraph', text: body.text },
      { kind: 'rows', rows: removalRows(body, reader) },
      ...undoLines(body, reader),
    ],
    footer: [
      ...(purpose === 'manual-task' ? ['It stays open until someone else confirms that it was done.'] : []),
      WHERE_TO_ANSWER,
      REPLY_IS_NO_ANSWER,
    ],
  };
}

function removalRows({ removal, purpose }: RemovalBody, reader: Reader): readonly Row[] {
  const rows: Row[] = [
    { label: 'Identity', value: `${removal.name} (${removal.connector})` },
    { label: 'What', value: removal.credentialId ?? 'the identity as a whole' },
    { label: 'Risk', value: tierWords(removal.tier) },
    { label: 'Why', value: CAUSES[removal.cause] },
  ];
  const hold = removal.holds.at(-1);
  if (purpose === 'held' && hold) {
    rows.push({ label: 'Held because', value: hold.cause });
    rows.push({ label: 'Held until', value: dueWords(hold.holdUntil, reader) });
  }
  if (removal.executedAt) rows.push({ label: 'Switched off', value: pastWords(removal.executedAt, reader) });
  const { verification } = removal;
  if (verification) {
    const reasons = verification.reasons.length > 0 ? `: ${verification.reasons.join('; ')}` : '';
    rows.push({ label: 'Checked', value: `${verification.level}${reasons}` });
  }
  if (removal.sessionsMayLiveUntil) {
    rows.push({
      label: 'Sessions already open',
      value: `may live until ${dueWords(removal.sessionsMayLiveUntil, reader)}`,
    });
  }
  return rows;
}

function undoLines({ undoUntil }: RemovalBody, reader: Reader): MailDocument['blocks'] {
  if (undoUntil === undefined || undoUntil <= reader.now) return [];
  const text = `You can undo this until ${dueWords(undoUntil, reader)}: it comes back exactly as it was, and asks for your answer again.`;
  return [{ kind: 'paragraph', text }];
}
