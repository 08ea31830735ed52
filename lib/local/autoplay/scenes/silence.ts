// Scenes about silence: switched off and undone, held because it was used after all, held because it would be too much.
import { ownerCapOf } from '../../company/definitions.ts';
import type { QuarterRecord } from '../quarter-record.ts';
import { hasActiveKey, isOrdinary, isSwitchable, liveKeys, looksUnused } from '../traits.ts';
import { answerScene, answerWords, wasExecuted } from './answer-scene.ts';
import { expectation, type Scene } from './scene.ts';

/** The last days of grace, when owners have been told and nothing is switched off yet. */
const DAYS_INTO_GRACE = 24;

/** Shown as dormant, used before its switch-off: nothing is cut. */
export const contradiction = answerScene({
  sceneId: 'contradiction',
  title: 'Shown as dormant, used after all',
  habits: ['silent', 'prompt'],
  lacks: 'No owner has an unused access key that something could use after all.',
  fits: (candidate) => looksUnused(candidate),
  part: () => ({ verdict: 'certify', reason: 'It runs once a quarter.', silentFirst: true }),
  async happen(stage, candidate, memory) {
    if (memory.has('used') || stage.day() < DAYS_INTO_GRACE) return;
    const key = liveKeys(stage.stack, candidate).find(({ status }) => status === 'Active');
    if (key) memory.set('used', stage.stack.iam.useKey(key.accessKeyId, 's3', 'eu-north-1'));
  },
  expect({ removals }, say, candidate, stage) {
    const [removal] = removals;
    const held = removal?.holds.some(({ code }) => code === 'contradiction') ?? false;
    const on = liveKeys(stage.stack, candidate).some(({ status }) => status === 'Active');
    return [
      say('The recheck held it back.', held, removal?.holds[0]?.cause ?? 'no hold'),
      say(
        'A second person said no, and its key still works.',
        removal?.state === 'cancelled' && on,
        removal?.state ?? 'none',
      ),
    ];
  },
});

/** Switched off for silence; its owner notices and brings it back with one click. */
export const undo = answerScene({
  sceneId: 'undo',
  title: 'Switched off for silence, brought back with one click',
  habits: ['silent', 'prompt'],
  lacks: 'No owner has an identity with an active access key that could be missed.',
  fits: (candidate) => hasActiveKey(candidate) && isOrdinary(candidate),
  part: () => ({
    verdict: 'certify',
    reason: 'Sorry, this one we need.',
    silentFirst: true,
    askedAgain: {
      sceneId: 'undo',
      verdict: 'certify',
      reason: 'We noticed when it stopped. It is ours and needed.',
    },
  }),
  expect({ removals, item }, say, candidate, stage) {
    const [removal] = removals;
    const on = liveKeys(stage.stack, candidate).some(({ status }) => status === 'Active');
    return [
      say(
        'It was switched off for silence.',
        removal?.cause === 'no-response' && wasExecuted(removal),
        removal?.state ?? 'none',
      ),
      say('It was brought back as it was.', removal?.state === 'restored' && on, removal?.state ?? 'none'),
      say('Its owner answered after all.', item?.decision?.verdict === 'certify', answerWords(item)),
    ];
  },
});

/** More silence of one owner than a cap allows: the rest waits for a second person. */
export const blastRadius: Scene = {
  sceneId: 'blast-radius',
  title: 'Too much at once is held, and a second person lets one go',
  cast(stage, pool) {
    const cap = ownerCapOf(stage.company.definitions[0]);
    const silent = [...pool.of('silent'), ...pool.orphans()].filter(isSwitchable);
    const byReviewer = Map.groupBy(silent, ({ item }) => item.reviewerId);
    const most = [...byReviewer.values()].toSorted((a, b) => b.length - a.length)[0] ?? [];
    if (most.length <= cap) {
      return {
        notPlayed: `Nobody is silent about more than ${cap} identities that could be switched off.`,
      };
    }
    return { expect: (record) => expectHold(record) };
  },
};

function expectHold({ removals }: QuarterRecord) {
  const say = expectation('blast-radius');
  const held = removals.filter(({ holds }) => holds.some(({ code }) => code === 'blast-radius'));
  const released = held.filter(
    (removal) =>
      wasExecuted(removal) &&
      removal.holds.some(({ releasedBy }) => (releasedBy ?? removal.ownerId) !== removal.ownerId),
  );
  return [
    say('The cap held removals back.', held.length > 0, `${held.length} of ${removals.length} held`),
    say('A second person, not the owner, let one go.', released.length > 0, `${released.length} released`),
  ];
}
