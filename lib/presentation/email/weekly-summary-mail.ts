// How the campaigns stand, once a week, for the people who steer them.
import type { CampaignLine, MessageBody } from '../../application/ports/messenger.ts';
import type { Row } from '../web/evidence.ts';
import { countWords, dueWords, type Reader } from '../wording.ts';
import { type MailBlock, type MailDocument, REPLY_IS_NO_ANSWER } from './mail-document.ts';

/** The summary. It is the only mail that can be unsubscribed from. */
export function weeklySummaryMail(
  body: Extract<MessageBody, { purpose: 'weekly-summary' }>,
  reader: Reader,
): MailDocument {
  const title = `${countWords(body.campaigns.length, 'campaign')} this week`;
  return {
    subject: title,
    preview: body.campaigns.map(({ title: name, open }) => `${name}: ${open} open`).join('; '),
    blocks: [{ kind: 'heading', text: title }, ...body.campaigns.flatMap((line) => lineBlocks(line, reader))],
    footer: [
      ...(body.unsubscribe === undefined ? [] : [`To get no more of these summaries: ${body.unsubscribe}`]),
      REPLY_IS_NO_ANSWER,
    ],
  };
}

function lineBlocks(line: CampaignLine, reader: Reader): readonly MailBlock[] {
  const rows: Row[] = [
    { label: 'State', value: line.state },
    { label: 'Due', value: dueWords(line.dueAt, reader) },
    { label: 'Answered', value: `${line.items - line.open} of ${line.items}` },
    { label: 'Late', value: String(line.late) },
    { label: 'Held', value: String(line.held) },
    { label: 'Findings', value: String(line.findings) },
  ];
  const waiting = line.waitingFor.map(({ name, open }) => `${name} (${open})`).join(', ');
  return [
    { kind: 'paragraph', text: `${line.title} (${line.campaignId})` },
    { kind: 'rows', rows: waiting === '' ? rows : [...rows, { label: 'Waiting for', value: waiting }] },
  ];
}
