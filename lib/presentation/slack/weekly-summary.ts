// How the campaigns stand, once a week, for the people who steer them.
import type { CampaignLine } from '../../application/ports/messenger.ts';
import { countWords, dueWords, type Reader } from '../wording.ts';
import { type Block, context, header, type SlackMessage, section, textLength } from './blocks.ts';
import type { Body } from './body.ts';
import { code, prose } from './text.ts';

const MAX_BLOCKS = 46;
const MAX_TEXT = 10_500;

/** The summary: a section for each campaign. */
export function renderWeeklySummary(body: Body<'weekly-summary'>, reader: Reader): SlackMessage {
  const title = `${countWords(body.campaigns.length, 'campaign')} this week`;
  const blocks: Block[] = [header(title)];
  let shown = 0;
  for (const line of body.campaigns) {
    const next = section(lineText(line, reader));
    if (blocks.length >= MAX_BLOCKS || textLength([blocks, next]) > MAX_TEXT) break;
    blocks.push(next);
    shown += 1;
  }
  const rest = body.campaigns.length - shown;
  const told = body.campaigns.slice(0, 5).map(({ title: name, open }) => `${prose(name, 80)}: ${open} open`);
  return {
    text: `${title}. ${told.join('; ')}`,
    blocks: rest > 0 ? [...blocks, context(`and ${rest} more`)] : blocks,
  };
}

function lineText(line: CampaignLine, reader: Reader): string {
  const answered = line.items - line.open;
  const share = line.items === 0 ? 100 : Math.floor((answered / line.items) * 100);
  const counts = [
    `${answered} of ${line.items} answered (${share} %)`,
    ...(line.late > 0 ? [`${line.late} late`] : []),
    ...(line.held > 0 ? [`${line.held} held`] : []),
    ...(line.findings > 0 ? [countWords(line.findings, 'finding')] : []),
  ].join(' · ');
  const waiting = line.waitingFor.map(({ name, open }) => `${prose(name, 80)} (${open})`).join(', ');
  return [
    `*${prose(line.title, 120)}* ${code(line.campaignId, 120)}`,
    `${prose(line.state, 40)}, due ${dueWords(line.dueAt, reader)}`,
    counts,
    ...(waiting === '' ? [] : [`Waiting for ${waiting}`]),
  ].join('\n');
}
