// Scenes about promises: one kept, one missed, one to take rights away.
import { plusDays } from '../../../domain/time.ts';
import { dateIn } from '../part.ts';
import { hasOneKey, isOrdinary, userOf } from '../traits.ts';
import { narrowPolicy, rotateKey } from './account-hands.ts';
import { answerScene, answerWords } from './answer-scene.ts';

const DAYS_TO_ROTATE = 10;

/** Rotated as promised. */
export const promiseKept = answerScene({
  sceneId: 'promise-kept',
  title: 'A promised rotation happens',
  habits: ['prompt'],
  lacks: 'No prompt owner has an identity with one access key that could be rotated.',
  fits: (candidate) => hasOneKey(candidate) && isOrdinary(candidate),
  part: () => ({
    verdict: 'rotate',
    reason: 'Still needed; the key is old.',
    fields: (now) => ({ due: dateIn(now, DAYS_TO_ROTATE) }),
  }),
  async happen(stage, candidate, memory) {
    const [promise] = await stage.stack.environment.store.promisesOf(candidate.item.identityKey);
    if (memory.has('rotated') || !promise || plusDays(promise.madeAt, 3) > stage.now()) return;
    await rotateKey(stage.stack, userOf(candidate));
    memory.set('rotated', stage.now());
  },
  expect: ({ promises }, say) => [
    say('The promise was found kept.', promises[0]?.state === 'kept', promises[0]?.finding ?? 'no finding'),
  ],
});

/** Promised, forgotten, found out, and then excepted for a while. */
export const promiseMissed = answerScene({
  sceneId: 'promise-missed',
  title: 'A promised rotation does not happen',
  habits: ['prompt'],
  lacks: 'No prompt owner has an identity with one access key that could be rotated.',
  fits: (candidate) => hasOneKey(candidate) && isOrdinary(candidate),
  part: () => ({
    verdict: 'rotate',
    reason: 'We will rotate it this week.',
    fields: (now) => ({ due: dateIn(now, 7) }),
    askedAgain: {
      sceneId: 'promise-missed',
      verdict: 'except',
      reason: 'The vendor needs longer than we thought.',
      fields: (now) => ({ until: dateIn(now, 25), control: 'Works from our office network only.' }),
    },
  }),
  expect: ({ promises, item }, say) => [
    say(
      'The promise was found missed.',
      promises[0]?.state === 'missed',
      promises[0]?.finding ?? 'no finding',
    ),
    say(
      'Its owner had to answer again.',
      (item?.round ?? 0) > 0 && item?.decision !== undefined,
      answerWords(item),
    ),
  ],
});

/** Rights taken away, and seen to be gone on re-collection. */
export const reduce = answerScene({
  sceneId: 'reduce',
  title: 'Access is reduced',
  habits: ['prompt'],
  lacks: 'No prompt owner has an identity whose access could be reduced.',
  fits: (candidate) => candidate.item.kind === 'service-account' && isOrdinary(candidate),
  part: () => ({
    verdict: 'reduce',
    reason: 'It does not need everything it may do.',
    fields: (now) => ({ to: 'One service only', due: dateIn(now, 14) }),
  }),
  async happen(stage, candidate, memory) {
    const [promise] = await stage.stack.environment.store.promisesOf(candidate.item.identityKey);
    const readable = candidate.snapshot.identity.entitlements.level !== 'unknown';
    if (memory.has('done') || !promise || !readable || plusDays(promise.madeAt, 4) > stage.now()) return;
    memory.set('done', String(await narrowPolicy(stage.stack, userOf(candidate))));
  },
  expect({ promises }, say) {
    const [promise] = promises;
    const settled = promise?.state === 'kept' || promise?.state === 'missed';
    return [say('Whether it was reduced was looked up.', settled, promise?.finding ?? 'no finding')];
  },
});
