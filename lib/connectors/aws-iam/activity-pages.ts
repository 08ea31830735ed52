// Pages of CloudTrail's event history: two requests a second, so many pages, and what could not be read said.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
import { CloudTrailClient, type LookupAttributeKey, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import * as z from 'zod';
import { UpstreamError } from '../../domain/errors.ts';
import { type Instant, millisOf } from '../../domain/time.ts';
import { readTrailEvent, type TrailEvent } from './activity-event.ts';
import { type AwsClients, connectionOf } from './aws-clients.ts';
import { type CallLog, createCallLog, type Sleep } from './call-log.ts';
import type { AwsIamSettings } from './settings.ts';
import { parseAnswer } from './upstream.ts';

/** An account may ask twice a second in a Region. */
const BETWEEN_PAGES_MS = 500;
const PAGE_SIZE = 50;

const Answer = z.object({
  Events: z.array(z.object({ CloudTrailEvent: z.string().optional() })).default([]),
  NextToken: z.string().optional(),
});

/** One question to the event history: it takes one attribute at a time. */
export interface Lookup {
  readonly region: string;
  readonly key: LookupAttributeKey;
  readonly value: string;
}

/** A reader with a budget of pages, for one question about one target. */
export interface TrailReader {
  /** Reads a lookup's events from `from` (included) to `until` (excluded), newest first, as far as the budget goes. */
  read(lookup: Lookup): Promise<TrailEvent[]>;
  /** What was not read, in words; empty when all was. */
  gaps(): readonly string[];
}

/** Makes a reader for a window of time. */
export function createTrailReader(
  settings: AwsIamSettings,
  clients: AwsClients,
  window: { readonly from: Instant; readonly until: Instant },
  { sleep, note }: { readonly sleep: Sleep; readonly note: (message: string) => void },
): TrailReader {
  const log: CallLog = createCallLog({ retryBudget: settings.retryBudget, sleep, note });
  const byRegion = new Map<string, CloudTrailClient>();
  const gaps = new Set<string>();
  let pagesLeft = settings.activityPages;
  let pagesRead = 0;

  const clientOf = (region: string): CloudTrailClient => {
    const client = byRegion.get(region) ?? clientFor(settings, clients, region);
    byRegion.set(region, client);
    return client;
  };

  const page = async (lookup: Lookup, token: string | undefined) => {
    if (pagesRead > 0) await sleep(BETWEEN_PAGES_MS);
    const answer = await log.call('LookupEvents', () =>
      clientOf(lookup.region).send(
        new LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: lookup.key, AttributeValue: lookup.value }],
          StartTime: new Date(millisOf(window.from)),
          EndTime: new Date(millisOf(window.until)),
          MaxResults: PAGE_SIZE,
          ...(token !== undefined && { NextToken: token }),
        }),
      ),
    );
    pagesRead += 1;
    return parseAnswer(Answer, answer, 'LookupEvents');
  };

  return {
    gaps: () => [...gaps],
    async read(lookup) {
      const found: TrailEvent[] = [];
      let token: string | undefined;
      do {
        if (pagesLeft === 0) {
          gaps.add(`${settings.activityPages} pages of ${PAGE_SIZE} events were read, and there are more`);
          break;
        }
        pagesLeft -= 1;
        let answer: z.infer<typeof Answer>;
        try {
          answer = await page(lookup, token);
        } catch (error) {
          // What was read before is still true; with nothing read there is no log.
          if (!(error instanceof UpstreamError) || pagesRead === 0) throw error;
          gaps.add(`${lookup.region}: ${error.message}`);
          break;
        }
        const events = answer.Events.map(({ CloudTrailEvent }) => readTrailEvent(CloudTrailEvent ?? ''));
        if (events.includes(undefined)) gaps.add('some events could not be read');
        found.push(...events.filter((one) => one !== undefined).filter(({ event }) => isWithin(event.at)));
        token = answer.NextToken;
      } while (token !== undefined);
      return found;
    },
  };

  /** The service takes whole seconds and includes both ends. */
  function isWithin(at: Instant): boolean {
    return at >= window.from && at < window.until;
  }
}

/** The same credentials as IAM is asked with, in that Region. */
function clientFor(settings: AwsIamSettings, { iam }: AwsClients, region: string): CloudTrailClient {
  const { endpoint: _, ...connection } = connectionOf(settings);
  const { activityEndpoint } = settings;
  return new CloudTrailClient({
    ...connection,
    region,
    credentials: iam.config.credentials,
    ...(activityEndpoint !== undefined && { endpoint: activityEndpoint }),
  });
}
