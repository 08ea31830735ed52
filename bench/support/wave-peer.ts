// The design that is compared with: a job that goes through open items and asks about each, as review reminders are usually
// made. It looks its owner up, opens their conversation, posts, mails, and writes down that it did.
import { update } from '../../lib/application/ports/review-store.ts';
import type { WaveScene } from './wave-scene.ts';

/** Asks about every item on its own. It reads the item, its campaign, its evidence, and whether it was asked before. */
export async function askItemByItem({
  store,
  blobs,
  slack,
  mail,
  owners,
  campaign,
  itemsOf,
}: WaveScene): Promise<void> {
  for (const reviewerId of owners) {
    const { entries } = await store.openItems(campaign.campaignId, reviewerId);
    for (const { identityKey } of entries) {
      const [item] = await store.getMany('item', [{ campaignId: campaign.campaignId, identityKey }]);
      await store.get('campaign', { campaignId: campaign.campaignId });
      const asked = await store.get('notice', { personId: reviewerId, noticeId: identityKey });
      if (!item || asked) continue;
      await blobs.get(item.snapshot);
      await slack.lookUp(`${reviewerId}@bench.example`);
      const channel = await slack.open(reviewerId);
      await slack.post(channel, item.name);
      await mail(reviewerId, item.name);
      const desk = await store.get('desk', { personId: reviewerId });
      await store.commit([
        desk
          ? update('desk', desk, {})
          : {
              kind: 'desk',
              record: { schemaVersion: 1, version: 1, personId: reviewerId },
              previous: undefined,
            },
      ]);
    }
  }
  if (owners.some((owner) => itemsOf(owner).length === 0)) throw new Error('an owner has nothing to answer');
}
