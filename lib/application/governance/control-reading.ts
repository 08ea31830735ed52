// Whether a control was met by a campaign, part by part: PCI DSS 4.0.1 requirement 7.2.5.1 (process.md §6).
import type { Campaign } from '../../domain/campaign/campaign.ts';
import type { Definition } from '../../domain/campaign/definition.ts';
import { addBusinessDays } from '../../domain/chase/working-time.ts';
import type { Finding } from '../../domain/metrics/findings.ts';
import type { Instant } from '../../domain/time.ts';

/** Business days management has to acknowledge a closed campaign. */
export const ACKNOWLEDGE_WITHIN_BUSINESS_DAYS = 10;

/** How a part of a control stands. `finding`: met, but something has to be put right. `pending`: time is left. */
export type PartReading = 'met' | 'finding' | 'not-met' | 'pending';

/** One part of a control. */
export interface ControlPart {
  readonly part: 'reviewed' | 'addressed' | 'acknowledged' | 'frequency';
  readonly reading: PartReading;
  readonly why: string;
}

/** The reading of a control for one campaign. */
export interface ControlReading {
  readonly control: string;
  readonly campaignId: string;
  readonly reading: 'met' | 'not-met' | 'pending';
  readonly parts: readonly ControlPart[];
}

/** Whether a control id means PCI DSS 7.2.5.1, whatever the edition. */
export function isPci7251(control: string): boolean {
  return /^pci-dss-[0-9.]+\/7\.2\.5\.1$/.test(control);
}

/** Until when a campaign closed then may be acknowledged. */
export function acknowledgeBy(closedAt: Instant): Instant {
  return addBusinessDays(closedAt, ACKNOWLEDGE_WITHIN_BUSINESS_DAYS, 'UTC');
}

/** Findings about the risk analysis behind the frequency (PCI DSS 12.3.1), for a definition that serves the control. */
export function traFindings({ controls, tra }: Definition, at: Instant): Finding[] {
  if (tra === undefined || !controls.some(isPci7251) || at <= aYearAfter(tra.approvedAt)) return [];
  const text = `The targeted risk analysis ${tra.id} behind the frequency is older than 12 months.`;
  return [{ code: 'tra-outdated', text, count: 1 }];
}

/** The readings of every 7.2.5.1 the campaign's definition serves; usually one, none when it serves none. */
export function readControls(input: {
  readonly campaign: Campaign;
  readonly definition: Definition;
  readonly acknowledgedAt: Instant | undefined;
  readonly now: Instant;
}): ControlReading[] {
  const { campaign, definition } = input;
  const parts = [
    unlessRunning(campaign, () => reviewed(campaign)),
    unlessRunning(campaign, () => addressed(campaign)),
    unlessRunning(campaign, () => acknowledged(campaign, input.acknowledgedAt, input.now)),
    frequency(definition, input.now),
  ];
  // A few identities between two reviews are no review that a control asks for.
  const controls = campaign.events ? [] : definition.controls;
  return controls
    .filter(isPci7251)
    .map((control) => ({ control, campaignId: campaign.campaignId, reading: overall(parts), parts }));
}

function overall(parts: readonly ControlPart[]): ControlReading['reading'] {
  if (parts.some(({ reading }) => reading === 'not-met')) return 'not-met';
  return parts.some(({ reading }) => reading === 'pending') ? 'pending' : 'met';
}

type Judged = Omit<ControlPart, 'reading'> & { readonly reading: PartReading };

function unlessRunning({ state, closeBy, campaignId }: Campaign, judge: () => Judged): Judged {
  if (state === 'closed' || state === 'closed-with-findings') return judge();
  const { part } = judge();
  return state === 'cancelled'
    ? { part, reading: 'not-met', why: `${campaignId} was cancelled.` }
    : {
        part,
        reading: 'pending',
        why: `${campaignId} is still running; it closes on ${closeBy} at the latest.`,
      };
}

const UNREVIEWED: ReadonlySet<string> = new Set(['unanswered', 'undelivered']);
const UNADDRESSED: ReadonlySet<string> = new Set(['held', 'unfinished', 'manual-open', 'failed', 'not-off']);

function reviewed({ findings }: Campaign): Judged {
  const open = findings.filter(({ code }) => UNREVIEWED.has(code));
  return open.length === 0
    ? {
        part: 'reviewed',
        reading: 'met',
        why: 'Every account in scope was answered for, or its silence was acted on.',
      }
    : { part: 'reviewed', reading: 'not-met', why: inWords(open) };
}

function addressed({ findings }: Campaign): Judged {
  const open = findings.filter(({ code }) => UNADDRESSED.has(code));
  if (open.length > 0) return { part: 'addressed', reading: 'not-met', why: inWords(open) };
  const unchecked = findings.filter(({ code }) => code === 'unchecked');
  if (unchecked.length > 0) return { part: 'addressed', reading: 'finding', why: inWords(unchecked) };
  return { part: 'addressed', reading: 'met', why: 'Everything that was to be switched off is off.' };
}

function acknowledged({ closedAt }: Campaign, at: Instant | undefined, now: Instant): Judged {
  const part = 'acknowledged';
  if (at !== undefined) return { part, reading: 'met', why: `Management acknowledged it on ${at}.` };
  if (closedAt === undefined) return { part, reading: 'not-met', why: 'It is not known when it was closed.' };
  const until = acknowledgeBy(closedAt);
  return now <= until
    ? { part, reading: 'pending', why: `Management has until ${until} to acknowledge it.` }
    : { part, reading: 'not-met', why: `Management did not acknowledge it by ${until}.` };
}

function frequency(definition: Definition, now: Instant): Judged {
  const part = 'frequency';
  const { tra } = definition;
  if (tra === undefined) {
    return {
      part,
      reading: 'not-met',
      why: 'The definition names no targeted risk analysis for its frequency.',
    };
  }
  const [outdated] = traFindings(definition, now);
  if (outdated) return { part, reading: 'finding', why: outdated.text };
  return { part, reading: 'met', why: `${tra.cadence}, by risk analysis ${tra.id} of ${tra.approvedAt}.` };
}

function inWords(findings: readonly Finding[]): string {
  return findings.map(({ text, count }) => `${text} (${count})`).join(' ');
}

/** The same moment a calendar year later. As text, 29 February + 1 year lies between 28 February and 1 March. */
function aYearAfter(at: Instant): string {
  return `${String(Number(at.slice(0, 4)) + 1).padStart(4, '0')}${at.slice(4)}`;
}
