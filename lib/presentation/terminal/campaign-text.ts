// Campaigns on the terminal: what one would ask, how far one has come.
import type { CampaignStatus } from '../../application/campaign-status.ts';
import type { CampaignPreview } from '../../application/preview-campaign.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { eventWords } from '../../domain/campaign/event.ts';
import { oneLine } from '../web/safe-text.ts';
import { countWords, dueWords, tierCounts } from '../wording.ts';
import { exceptionsTable } from './exception-list.ts';
import { countsText, heading, type Look, tierPaint } from './look.ts';
import { pairsOf, tableOf } from './table.ts';

/** What launching would do. `all` lists every identity. */
export function previewText(preview: CampaignPreview, look: Look, all: boolean): string {
  const { paint } = look;
  const { counts, timeline } = preview;
  const head = `${paint.bold(oneLine(preview.title))} (${preview.definitionId}, version ${preview.definitionVersion}). Nothing was written.\n`;
  const pairs = pairsOf([
    ['considered', `${counts.considered} = ${counts.included} asked about + ${counts.excluded} left out`],
    ['by risk', tierCounts(preview.byTier) || 'none'],
    ['unowned', preview.unowned === 0 ? 'none' : paint.warn(`${preview.unowned}, to the fallback`)],
    ['due', dueWords(timeline.dueAt, look)],
    ['switching off from', dueWords(timeline.graceEndsAt, look)],
    ['closes', dueWords(timeline.closeBy, look)],
  ]);
  return `${head}${pairs}${reviewersOf(preview, look)}${leftOutOf(preview, look)}${all ? entriesOf(preview, look) : ''}`;
}

function reviewersOf({ reviewers }: CampaignPreview, look: Look): string {
  return `${heading(look, countWords(reviewers.length, 'reviewer'))}${tableOf(
    [{ title: 'REVIEWER', flexible: true }, { title: 'ITEMS', align: 'right' }, { title: 'RISK' }],
    reviewers.map(({ name, personId, items, byTier }) => [
      `${name} (${personId})`,
      String(items),
      tierCounts(byTier),
    ]),
    { width: look.width, heading: look.paint.dim },
  )}`;
}

function leftOutOf({ leftOut, counts }: CampaignPreview, look: Look): string {
  return `${heading(look, `Left out: ${counts.excluded}`)}${tableOf(
    [
      { title: 'COUNT', align: 'right' },
      { title: 'WHY', flexible: true },
    ],
    leftOut.map(({ reason, count }) => [String(count), reason]),
    { width: look.width, heading: look.paint.dim },
  )}`;
}

function entriesOf({ entries }: CampaignPreview, look: Look): string {
  return `${heading(look, 'Identities')}${tableOf(
    [
      { title: 'IN' },
      { title: 'TIER', paint: (text) => tierPaint(look.paint, text)(text) },
      { title: 'NAME', flexible: true },
      { title: 'REVIEWER' },
      { title: 'ADVICE' },
      { title: 'WHY', flexible: true },
    ],
    entries.map(({ included, tier, name, reviewerId, recommendation, reason }) => [
      included ? 'yes' : 'no',
      tier ?? '',
      name,
      reviewerId ?? '',
      recommendation ?? '',
      reason,
    ]),
    { width: look.width, heading: look.paint.dim },
  )}`;
}

/** How far a campaign has come, with its "as of". */
export function campaignStatusText(status: CampaignStatus, look: Look): string {
  const { campaign, answered, sums, asOf } = status;
  const { paint } = look;
  const { numerator, denominator } = answered;
  const percent = denominator === 0 ? '' : ` (${Math.round((100 * numerator) / denominator)} %)`;
  const pairs = pairsOf([
    ['campaign', campaign.campaignId],
    ...(campaign.events
      ? [['launched', `by event: ${campaign.events.kinds.map(eventWords).join(', ')}`] as const]
      : []),
    [
      'state',
      campaign.heldReason === undefined
        ? campaign.state
        : `${campaign.state}: ${oneLine(campaign.heldReason)}`,
    ],
    ['answered', `${numerator} of ${denominator}${percent}`],
    ['answers', countsText(sums.answers)],
    ['actions', countsText(sums.actions)],
    ['verification', countsText(sums.verification)],
    ['due', dueWords(campaign.dueAt, look)],
    ['switching off from', dueWords(campaign.graceEndsAt, look)],
    ['closes', dueWords(campaign.closeBy, look)],
    ...campaign.findings.map(
      ({ text, count }) => ['finding', paint.warn(`${count}: ${oneLine(text)}`)] as const,
    ),
  ]);
  const waiting = tableOf(
    [
      { title: 'STILL OPEN WITH', flexible: true },
      { title: 'ITEMS', align: 'right' },
      { title: 'DOCKET' },
      { title: 'FIRST TOLD' },
    ],
    status.waitingFor.map(({ name, personId, open, state, firstToldAt }) => [
      `${name} (${personId})`,
      String(open),
      state,
      firstToldAt?.slice(0, 16).replace('T', ' ') ?? 'not yet',
    ]),
    { width: look.width, heading: paint.dim },
  );
  const exceptions = exceptionsTable(status.exceptions, look);
  const tables = [waiting, exceptions].filter((table) => table !== '').map((table) => `\n${table}`);
  return `${paint.bold(oneLine(campaign.title))}, as of ${asOf}\n${pairs}${tables.join('')}`;
}

/** Every campaign, newest first. */
export function campaignsText(campaigns: readonly Campaign[], look: Look): string {
  if (campaigns.length === 0)
    return 'No campaign yet; launch one with "countersign campaign launch <definition>".\n';
  return tableOf(
    [
      { title: 'CAMPAIGN' },
      { title: 'STATE' },
      { title: 'LAUNCHED BY' },
      { title: 'ASKED ABOUT', align: 'right' },
      { title: 'DUE' },
      { title: 'TITLE', flexible: true },
    ],
    campaigns.map(({ campaignId, state, launchedBy, counts, dueAt, title }) => [
      campaignId,
      state,
      launchedBy,
      String(counts?.included ?? 0),
      dueAt.slice(0, 10),
      title,
    ]),
    { width: look.width, heading: look.paint.dim },
  );
}
