// Says to both sides that one answers for the other, or no longer does.
import { dueWords, type Reader } from '../wording.ts';
import { context, header, type SlackMessage, section } from './blocks.ts';
import type { Body } from './body.ts';
import { prose } from './text.ts';

const MAX_NAMED = 10;

/** The message. Who reads it is named in it like everybody else. */
export function renderDelegation(body: Body<'delegation'>, reader: Reader): SlackMessage {
  const [from, to] = [prose(body.from, 120), prose(body.to, 120)];
  const start = body.fromAt === undefined ? '' : ` from ${dueWords(body.fromAt, reader)}`;
  const said = body.ended
    ? `${to} no longer answers for ${from}.`
    : `${to} answers for ${from}${start} until ${dueWords(body.until, reader)}.`;
  const titles = body.campaigns.slice(0, MAX_NAMED).map((title) => `• ${prose(title, 120)}`);
  const rest = body.campaigns.length - titles.length;
  const about = [...titles, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
  const why = prose(body.reason, 500);
  return {
    text: `${said} ${why}`,
    blocks: [
      header(body.ended ? 'A delegation ended' : 'A delegation'),
      section([said, why].filter(Boolean).join('\n')),
      ...(about === '' ? [] : [section(about)]),
      context('Who answers is named in the attestation of every decision.'),
    ],
  };
}
