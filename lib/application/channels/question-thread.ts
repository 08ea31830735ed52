// The thread of the security channel in which the questions about one docket are asked, and how it is found again.
import * as z from 'zod';
import { CampaignId } from '../../domain/campaign/campaign.ts';
import { DAY_MS, plusMs } from '../../domain/time.ts';
import { untilNoConflict } from '../conflict.ts';
import type { Environment } from '../environment.ts';
import type { ThreadRef } from '../ports/channels.ts';
import { create } from '../ports/review-store.ts';

/** As long as a post is remembered, in ms. */
const KEPT_MS = 400 * DAY_MS;

/** The docket a thread is about. */
const AskedAbout = z.strictObject({ campaignId: CampaignId, reviewerId: z.string() });
type AskedAbout = z.infer<typeof AskedAbout>;

/** The docket whose questions are asked in a thread; undefined when it is none of ours. */
export async function askedIn(
  { store }: Pick<Environment, 'store'>,
  thread: ThreadRef,
): Promise<AskedAbout | undefined> {
  const row = await store.get('handled', { messageId: threadId(thread) });
  return row && AskedAbout.parse(JSON.parse(row.outcome));
}

/** Remembers what a thread is about, so that answers in it find their reviewer. */
export function rememberThread(
  { store, clock }: Pick<Environment, 'store' | 'clock'>,
  thread: ThreadRef,
  about: AskedAbout,
): Promise<void> {
  const messageId = threadId(thread);
  return untilNoConflict(async () => {
    if (await store.get('handled', { messageId })) return;
    const handledAt = clock.now();
    const expiresAt = plusMs(handledAt, KEPT_MS);
    const outcome = JSON.stringify(about);
    await store.commit([
      create('handled', { schemaVersion: 1, version: 1, messageId, handledAt, expiresAt, outcome }),
    ]);
  });
}

function threadId({ channelId, ts }: ThreadRef): string {
  return `question-thread/${channelId}/${ts}`;
}
