// Work as it travels through queues: named, keyed, and parsed again where it arrives.
import * as z from 'zod';
import { CampaignId } from '../domain/campaign/campaign.ts';
import { IdentityKey } from '../domain/identity/identity-id.ts';

const campaignKey = z.strictObject({ campaignId: CampaignId });
const docketKey = z.strictObject({ campaignId: CampaignId, reviewerId: z.string().min(1) });
const removalKey = z.strictObject({ identityKey: IdentityKey, removalId: z.string().min(1) });

/** One piece of work. The record is read again before anything is done, so a duplicate or a late one does no harm. */
export const Work = z.discriminatedUnion('work', [
  z.strictObject({ work: z.literal('advance-campaign'), key: campaignKey }),
  z.strictObject({ work: z.literal('chase-docket'), key: docketKey }),
  z.strictObject({ work: z.literal('lapse-docket'), key: docketKey }),
  z.strictObject({ work: z.literal('show-impact'), key: docketKey }),
  z.strictObject({ work: z.literal('enforce-removal'), key: removalKey }),
  z.strictObject({ work: z.literal('verify-removal'), key: removalKey }),
  z.strictObject({
    work: z.literal('settle-promise'),
    key: z.strictObject({ identityKey: IdentityKey, promiseId: z.string().min(1) }),
  }),
  z.strictObject({
    work: z.literal('end-exception'),
    key: z.strictObject({ identityKey: IdentityKey, exceptionId: z.string().min(1) }),
  }),
  z.strictObject({ work: z.literal('note-people-gone'), key: z.strictObject({ name: z.literal('people') }) }),
  z.strictObject({
    work: z.literal('read-slack-members'),
    key: z.strictObject({ teamId: z.string().min(1) }),
  }),
  z.strictObject({
    work: z.literal('open-for-events'),
    key: z.strictObject({ identityKey: IdentityKey, eventId: z.string().min(1) }),
  }),
  z.strictObject({ work: z.literal('tell-desk'), key: z.strictObject({ personId: z.string().min(1) }) }),
]);
export type Work = z.infer<typeof Work>;
