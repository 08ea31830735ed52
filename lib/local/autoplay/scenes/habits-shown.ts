// Scenes about how people answer: late, by mail, many with one click, and never alone where the risk is high.
import type { Scene } from './scene.ts';
import { expectation } from './scene.ts';

/** Answers in grace, and is called late. */
export const lateOwner: Scene = {
  sceneId: 'late-owner',
  title: 'An owner answers late, and late it is',
  cast(_stage, pool) {
    const late = pool.of('late');
    if (late.length === 0) return { notPlayed: 'There are too few owners for one of them to be late.' };
    return {
      expect(record) {
        const campaign = record.campaigns[0];
        const keys = new Set(late.map(({ item }) => `${item.campaignId}/${item.identityKey}`));
        const answered = record.items.filter(
          ({ campaignId, identityKey, decision }) =>
            keys.has(`${campaignId}/${identityKey}`) && decision !== undefined,
        );
        const inGrace = answered.filter(
          ({ decision }) => campaign !== undefined && (decision?.at ?? '') > campaign.dueAt,
        );
        const say = expectation('late-owner');
        return [
          say('Answers in grace count.', inGrace.length > 0, `${inGrace.length} of ${late.length} in grace`),
        ];
      },
    };
  },
};

/** Decides by link and one-time code. */
export const mailOnlyOwner: Scene = {
  sceneId: 'mail-only-owner',
  title: 'An owner without Slack answers by mail',
  cast(_stage, pool) {
    const own = pool.of('mail-only').filter(({ item }) => item.tier === 'low' || item.tier === 'medium');
    if (own.length === 0) return { notPlayed: 'No owner of ordinary identities has only mail.' };
    return {
      expect(record) {
        const byMail = record.items.filter(({ decision }) => decision?.method === 'email-link-and-code');
        return [
          expectation('mail-only-owner')(
            'Answers came by link and code.',
            byMail.length > 0,
            `${byMail.length} answers by mail`,
          ),
        ];
      },
    };
  },
};

/** Keeps unchanged, alike identities with one click in the confirmation. */
export const bulkClicker: Scene = {
  sceneId: 'bulk-clicker',
  title: 'Unchanged and alike: kept with one click',
  cast(stage, pool) {
    const own = pool
      .of('bulk-clicker')
      .filter(
        ({ item }) => (item.tier === 'low' || item.tier === 'medium') && item.recommendation === 'keep',
      );
    const clicker = own[0]?.item.reviewerId;
    const groups = [...Map.groupBy(own, ({ item }) => `${item.reviewerId}/${item.group}`).values()];
    if (clicker === undefined || groups.every((members) => members.length < 2)) {
      return { notPlayed: 'No such owner has alike identities of ordinary risk.' };
    }
    const second = stage.company.definitions[1].definitionId;
    return {
      expect(record) {
        const kept = record.items.filter(
          ({ campaignId, unchanged, decision }) =>
            campaignId.startsWith(second) &&
            unchanged &&
            decision?.verdict === 'certify' &&
            decision.by === clicker,
        );
        const alike = [...Map.groupBy(kept, ({ group }) => group).values()].filter(
          (members) => members.length > 1,
        );
        return [
          expectation('bulk-clicker')(
            'Alike identities were kept together.',
            alike.length > 0,
            `${alike.flat().length} kept in ${alike.length} groups`,
          ),
        ];
      },
    };
  },
};

/** High risk is kept only when a second person agrees. */
export const secondPerson: Scene = {
  sceneId: 'second-person',
  title: 'High risk is never kept by one person alone',
  cast(_stage, pool) {
    const risky = pool
      .of('prompt', 'late', 'bulk-clicker')
      .filter(({ item }) => item.tier === 'critical' || item.tier === 'high');
    if (risky.length === 0) return { notPlayed: 'No owner has an identity of high risk.' };
    return {
      expect(record) {
        const kept = record.items.filter(
          ({ tier, decision }) => ['critical', 'high'].includes(tier) && decision?.verdict === 'certify',
        );
        const confirmed = kept.filter(({ decision }) => decision?.awaitingSecond === false);
        return [
          expectation('second-person')(
            'Every keep of high risk in Slack was confirmed.',
            confirmed.length === kept.length,
            `${confirmed.length} of ${kept.length}`,
          ),
        ];
      },
    };
  },
};
