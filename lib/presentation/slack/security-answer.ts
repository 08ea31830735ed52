// What security answered to a reviewer's question.
import { context, header, type SlackMessage, section } from './blocks.ts';
import type { Body } from './body.ts';
import { prose } from './text.ts';

/** The message: a quotation, and no button: the answer is still the reviewer's. */
export function renderSecurityAnswer(body: Body<'security-answer'>): SlackMessage {
  const from = prose(body.from, 120);
  return {
    text: `An answer from security: ${from} about ${prose(body.title, 120)}: ${prose(body.text, 1500)}`,
    blocks: [
      header('An answer from security'),
      section(`*${prose(body.title, 120)}*\n${prose(body.text, 2500)}`),
      context(`${from} wrote this. It decides nothing: the answer is yours.`),
    ],
  };
}
