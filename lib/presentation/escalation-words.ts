// What somebody besides the reviewer is told about missing answers, in words for every channel.
import type { EscalationLine, MessageBody } from '../application/ports/messenger.ts';
import { countWords, dueWords, type Reader, tierCounts } from './wording.ts';

/** The message of an escalation. */
export type EscalationBody = Extract<MessageBody, { readonly purpose: 'escalation' }>;

/** Its title: how many people have not answered how much. */
export function escalationTitle({ lines, warning }: EscalationBody): string {
  const open = lines.reduce((sum, { docket }) => sum + docket.open, 0);
  const people = new Set(lines.map(({ reviewer }) => reviewer)).size;
  const who = countWords(people, 'reviewer has', 'reviewers have');
  const title = `${who} not answered for ${countWords(open, 'identity', 'identities')}`;
  return warning ? `Last call: ${title}` : title;
}

/** Who has not answered what, and by when. */
export function missingWords({ reviewer, docket }: EscalationLine, reader: Reader): string {
  const counts = tierCounts(docket.byTier);
  const open = `${countWords(docket.open, 'identity', 'identities')}${counts ? ` (${counts})` : ''}`;
  const isLate = docket.dueAt <= reader.now;
  const by = isLate
    ? `was due ${dueWords(docket.dueAt, reader)}, switching off begins after ${dueWords(docket.graceEndsAt, reader)}`
    : `due ${dueWords(docket.dueAt, reader)}`;
  return `${reviewer} has not answered for ${open}: ${by}.`;
}

/** As what the person hears of it, and what they can do. */
export function partWords({ as, reviewer }: EscalationLine): string {
  switch (as) {
    case 'backup':
      return `You are the backup: you may answer in place of ${reviewer}.`;
    case 'manager':
      return `You are the manager of ${reviewer}: please see that the answers come. You cannot answer yourself.`;
    case 'fallback':
      return `You are the fallback: please see that the answers come. You cannot keep anything for ${reviewer}.`;
    case 'reviewer':
    case 'bystander':
      return 'You are told so that you know. You cannot answer yourself.';
    default:
      return as satisfies never;
  }
}

/** Reviews that are not named in the message; empty when all are. */
export function moreWords({ more }: EscalationBody): string {
  return more > 0 ? `${countWords(more, 'more review')} without answers will be named another day.` : '';
}
