// Silence as soon as a docket is done.
import type { CampaignId } from '../domain/campaign/campaign.ts';
import { transition } from '../domain/lifecycle.ts';
import { DOCKET_LIFECYCLE, type Docket } from '../domain/review/docket.ts';
import type { Instant } from '../domain/time.ts';
import { untilNoConflict } from './conflict.ts';
import type { Environment } from './environment.ts';
import { create, update, type Write } from './ports/review-store.ts';

/** Ends the chase of a docket in which nothing is open any more. */
export async function finishDocketWhenDone(
  environment: Environment,
  campaignId: CampaignId,
  reviewerId: string,
): Promise<void> {
  const { store } = environment;
  await untilNoConflict(async () => {
    const docket = await store.get('docket', { campaignId, reviewerId });
    if (docket?.state !== 'chasing') return;
    if ((await store.countOpenItems(campaignId, reviewerId)) > 0) return;
    const state = transition(DOCKET_LIFECYCLE, 'docket', docket.state, 'finish');
    await store.commit([update('docket', docket, { state, nextDueAt: undefined })]);
  });
}

/** The write that makes a docket receive an item (or makes the docket), to be looked at by the chase at `dueAt`. */
export function receiveItem(
  docket: Docket | undefined,
  campaignId: CampaignId,
  reviewerId: string,
  at: Instant,
  dueAt: Instant,
): Write {
  if (!docket) {
    return create('docket', {
      schemaVersion: 1,
      version: 1,
      campaignId,
      reviewerId,
      state: 'chasing',
      createdAt: at,
      servedRungs: [],
      tellings: [],
      nextDueAt: dueAt,
    });
  }
  const state = transition(DOCKET_LIFECYCLE, 'docket', docket.state, 'receive');
  // The opening rung is served again: what just came in was never asked about.
  const servedRungs = docket.servedRungs.filter((rungId) => rungId !== 'open');
  // What others were still to hear of a docket that had been done is out of date.
  const escalations = docket.state === 'chasing' ? docket.escalations : undefined;
  return update('docket', docket, { state, servedRungs, escalations, nextDueAt: dueAt });
}
