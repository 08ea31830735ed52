// Posts to channels: what nobody owns, answers that are missing, and what reviewers ask security.
import type { PostBody } from '../../application/ports/channels.ts';
import { countWords, dueWords, type Reader } from '../wording.ts';
import { header, type SlackMessage, section } from './blocks.ts';
import { renderClaimWanted } from './notes.ts';
import { code, prose } from './text.ts';

/** The message of a post. Times are in UTC: everybody reads it. */
export function renderPost(body: PostBody, reader: Reader): SlackMessage {
  if (body.purpose === 'claim-wanted') return renderClaimWanted(body, reader);
  if (body.purpose === 'questions') return renderQuestions(body, reader);
  if (body.purpose === 'question') return renderQuestion(body);
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

function renderQuestions(
  { reviewer, campaignId, title, dueAt }: Extract<PostBody, { purpose: 'questions' }>,
  reader: Reader,
): SlackMessage {
  const heading = 'A reviewer asks security';
  const said = [
    `*${prose(reviewer, 120)}* asks about their part of *${prose(title, 120)}* ${code(campaignId, 120)}, due ${dueWords(dueAt, reader)}.`,
    `Questions and answers are in this thread. What is written here goes to ${prose(reviewer, 120)}; it decides nothing.`,
  ];
  return {
    text: `${heading}: ${prose(reviewer, 120)} about ${prose(title, 120)}`,
    blocks: [header(heading), section(said.join('\n'))],
  };
}

function renderQuestion({ from, text }: Extract<PostBody, { purpose: 'question' }>): SlackMessage {
  const said = `*${prose(from, 120)} asks:* ${prose(text, 2500)}`;
  return { text: said, blocks: [section(said)] };
}
