// Posts to channels: what nobody owns, and answers that are missing.
import type { PostBody } from '../../application/ports/channels.ts';
import { countWords, dueWords, type Reader } from '../wording.ts';
import { header, type SlackMessage, section } from './blocks.ts';
import { renderClaimWanted } from './notes.ts';
import { code, prose } from './text.ts';

/** The message of a post. Times are in UTC: everybody reads it. */
export function renderPost(body: PostBody, reader: Reader): SlackMessage {
  if (body.purpose === 'claim-wanted') return renderClaimWanted(body, reader);
  const { line, warning } = body;
  const title = warning
    ? 'Last call: identities are about to be switched off'
    : `${countWords(line.open, 'answer is', 'answers are')} missing`;
  const waiting = line.waitingFor.map(({ name, open }) => `${prose(name, 80)} (${open})`).join(', ');
  const text = [
    `*${prose(line.title, 120)}* ${code(line.campaignId, 120)}, due ${dueWords(line.dueAt, reader)}`,
    `${line.open} of ${line.items} open${line.held > 0 ? ` · ${line.held} held` : ''}`,
    ...(waiting === '' ? [] : [`Waiting for ${waiting}`]),
  ].join('\n');
  return { text: `${title}: ${prose(line.title, 120)}`, blocks: [header(title), section(text)] };
}
