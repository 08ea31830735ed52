// Scenes about whose it is: passed on, not mine, left the company, claimed, and nobody's to the end.
import { createHash } from 'node:crypto';
import { ownerCapOf } from '../../company/definitions.ts';
import type { Candidate, CastingPool } from '../casting-pool.ts';
import type { Stage } from '../stage.ts';
import { isOrdinary, isSwitchable } from '../traits.ts';
import { answerScene, answerWords, recordOf } from './answer-scene.ts';
import { expectation, type Scene } from './scene.ts';

/** Handed to a colleague, who answers. */
export const reassign = answerScene({
  sceneId: 'reassign',
  title: 'An owner hands an identity to a colleague',
  habits: ['prompt'],
  lacks: 'No prompt owner has somebody to hand an identity to.',
  fits: (candidate) => isOrdinary(candidate) && candidate.item.routedBy !== 'fallback',
  part(candidate, stage) {
    const { reviewerId } = candidate.item;
    const colleague = colleagueOf(stage, reviewerId);
    return colleague === undefined
      ? undefined
      : {
          verdict: 'reassign',
          reason: 'My colleague runs this now.',
          byPersonId: reviewerId,
          fields: () => ({ person: colleague }),
        };
  },
  expect: ({ item }, say) => [
    say('It moved on.', (item?.hops.length ?? 0) > 0, item?.hops.join(' → ') ?? ''),
    say('Whoever got it answered.', item?.decision?.by === item?.reviewerId, answerWords(item)),
  ],
});

/** A prompt member of the same team, else any prompt person. */
function colleagueOf(stage: Stage, personId: string): string | undefined {
  const mates = stage.company.teams
    .filter(({ memberIds }) => memberIds.includes(personId))
    .flatMap(({ memberIds }) => memberIds);
  const prompt = stage.actors.filter(
    ({ habit, person }) => habit === 'prompt' && person.personId !== personId,
  );
  return (prompt.find(({ person }) => mates.includes(person.personId)) ?? prompt[0])?.person.personId;
}

/** The file names the wrong person; the next claim is right. */
export const wrongPerson = answerScene({
  sceneId: 'wrong-person',
  title: 'The wrong person is asked, and says so',
  habits: ['wrong-person'],
  lacks: 'There are too few owners for one of them to be the wrong person.',
  fits: () => true,
  part: ({ item }) => ({
    verdict: 'not-mine',
    reason: 'I changed teams a year ago.',
    byPersonId: item.reviewerId,
  }),
  expect: ({ item }, say, candidate) => [
    say(
      'Somebody else was asked instead.',
      item !== undefined && item.reviewerId !== candidate.item.reviewerId,
      `${candidate.item.reviewerId} → ${item?.reviewerId ?? ''}`,
    ),
  ],
});

/** Somebody left; their manager is asked. */
export const goneOwner: Scene = {
  sceneId: 'gone-owner',
  title: 'An owner has left, and the chain goes on to their manager',
  cast(_stage, pool) {
    const left = pool
      .of('prompt', 'fallback', 'second-person')
      .filter(({ snapshot }) => snapshot.owners.some(({ outcome }) => outcome === 'left'));
    const [first] = left;
    if (!first) return { notPlayed: 'Nobody named as an owner has left.' };
    return {
      expect(record) {
        const say = expectation('gone-owner');
        const { item } = recordOf(record, first.item);
        const answered = item?.decision !== undefined && item.routedBy === 'manager';
        return [say('Their manager was asked, and answered.', answered, answerWords(item))];
      },
    };
  },
};

/** Identities a person claims at most, so that a story can be told about an account without owners. */
const MOST_CLAIMS = 16;

/** What nobody owns is claimed, and a second person confirms. */
export const orphanClaimed: Scene = {
  sceneId: 'orphan-claimed',
  title: 'Somebody claims what nobody owns',
  cast(stage, pool) {
    const claimed = castClaims(stage, pool);
    if (claimed.length === 0) return { notPlayed: 'Nothing of ordinary risk is without an owner.' };
    let asked = false;
    return {
      async happen(now) {
        if (asked || now.day() < 1) return;
        asked = true;
        for (const candidate of claimed) await claim(now, candidate);
      },
      expect(record, now) {
        const say = expectation('orphan-claimed');
        const mine = claimed.filter(
          ({ item }) => recordOf(record, item).item?.reviewerId === now.company.casting.claimantId,
        );
        return [
          say('A second person confirmed the claim.', mine.length > 0, `${mine.length} of ${claimed.length}`),
        ];
      },
    };
  },
};

/** One, where there are owners enough; more, where hardly anybody owns anything. */
function castClaims(stage: Stage, pool: CastingPool): readonly Candidate[] {
  const spare = ownerCapOf(stage.company.definitions[0]) + 3;
  const owned = pool.of('prompt').length;
  const wanted = stage.company.source === 'made-up' ? 1 : Math.max(1, MOST_CLAIMS - owned);
  const claimed: Candidate[] = [];
  const fits = (candidate: Candidate) => isSwitchable(candidate) && isOrdinary(candidate);
  if (stage.company.source === 'made-up') {
    const one = pool.take('orphan-claimed', pool.orphans(), fits);
    return one ? [one] : [];
  }
  const orphans = pool.orphans();
  const ordinary = orphans.filter(isOrdinary);
  // What can be switched off carries more of the story.
  const first = [
    ...ordinary.filter(isSwitchable),
    ...ordinary.filter((candidate) => !isSwitchable(candidate)),
  ];
  claimed.push(...first.slice(0, Math.min(wanted, Math.max(1, orphans.length - spare))));
  return pool.lend(claimed, 'prompt');
}

/** Claiming has no button before somebody is asked whose it is, so the demonstration says who claims, and it is attested so. */
async function claim(stage: Stage, { item }: Candidate): Promise<void> {
  const { stack, company } = stage;
  const personId = company.casting.claimantId;
  const actId = createHash('sha256')
    .update(`autoplay/claim/${item.campaignId}/${item.identityKey}`)
    .digest('hex');
  await stack.useCases.actions.claim({
    item: { campaignId: item.campaignId, identityKey: item.identityKey },
    who: { personId, method: 'local-demo', issuer: 'embedded stack', at: stage.now(), evidenceDigest: actId },
    actId,
  });
  await stack.functions.drain();
}

/** Nobody's to the end: told to the fallback, switched off, and a finding at the close. */
export const orphanUnclaimed: Scene = {
  sceneId: 'orphan-unclaimed',
  title: 'Nobody claims it: the fallback was told, and it goes',
  cast(_stage, pool) {
    const sceneId = 'orphan-unclaimed';
    const orphan = pool.take(sceneId, pool.orphans(), isSwitchable);
    if (!orphan) return { notPlayed: 'Everything has an owner.' };
    return {
      expect(record) {
        const say = expectation(sceneId);
        const { item, removals } = recordOf(record, orphan.item);
        const campaign = record.campaigns.find(({ campaignId }) => campaignId === orphan.item.campaignId);
        const finding = campaign?.findings.find(({ code }) => code === 'unowned');
        return [
          say(
            'Silence was recorded, and a removal planned.',
            item?.noResponseId !== undefined && removals.length > 0,
            answerWords(item),
          ),
          say('The review closed with the finding.', finding !== undefined, `${finding?.count ?? 0} unowned`),
        ];
      },
    };
  },
};
