// Scenes about exceptions: one that ends within the quarter, one that outlasts the campaign, one for what nobody owns.
import { dateIn } from '../part.ts';
import { isOrdinary } from '../traits.ts';
import { answerScene, answerWords, recordOf } from './answer-scene.ts';
import { expectation, type Scene } from './scene.ts';

/** Ends by itself, and the question is asked again. */
export const exceptionEnds = answerScene({
  sceneId: 'exception-ends',
  title: 'An exception ends',
  habits: ['prompt'],
  lacks: 'No prompt owner has an identity to ask an exception for.',
  fits: isOrdinary,
  part: () => ({
    verdict: 'except',
    reason: 'A pilot that is decided on in two weeks.',
    fields: (now) => ({ until: dateIn(now, 14), control: 'Reads only; its logs are looked at weekly.' }),
    askedAgain: { sceneId: 'exception-ends', verdict: 'certify', reason: 'The pilot became a contract.' },
  }),
  expect: ({ exceptions, item }, say) => [
    say(
      'A second person granted it.',
      exceptions[0]?.approvedBy !== undefined,
      exceptions[0]?.approvedBy ?? 'nobody',
    ),
    say('It ended by itself.', exceptions[0]?.state === 'ended', exceptions[0]?.state ?? 'no exception'),
    say('The question was asked and answered again.', (item?.round ?? 0) > 0, answerWords(item)),
  ],
});

/** Asked for late enough to be in force when the campaign closes. */
export const exceptionStays = answerScene({
  sceneId: 'exception-stays',
  title: 'An exception outlasts the review',
  habits: ['prompt'],
  lacks: 'No prompt owner has an identity to ask an exception for.',
  fits: isOrdinary,
  part: () => ({
    verdict: 'except',
    reason: 'Its vendor offers nothing safer before next quarter.',
    notBeforeDay: 15,
    fields: (now) => ({
      until: dateIn(now, 29),
      control: 'Every use is logged and looked at by its sponsor.',
    }),
  }),
  expect: ({ exceptions, item }, say) => [
    say('It was granted.', exceptions[0]?.approvedBy !== undefined, exceptions[0]?.state ?? 'no exception'),
    say('It is the answer the review closed with.', item?.decision?.verdict === 'except', answerWords(item)),
  ],
});

/** The fallback may accept a risk for a short while, and no more. */
export const fallbackException: Scene = {
  sceneId: 'fallback-exception',
  title: 'Nobody owns it; the fallback accepts the risk for a while',
  cast(stage, pool) {
    const sceneId = 'fallback-exception';
    const candidate = pool.take(sceneId, pool.orphans(), () => true);
    if (!candidate) return { notPlayed: 'Everything has an owner.' };
    stage.give(candidate.item.identityKey, {
      sceneId,
      verdict: 'except',
      reason: 'Something still uses it; we are looking for whoever that is.',
      fields: (now) => ({ until: dateIn(now, 20), control: 'Watched by security operations.' }),
    });
    return {
      expect(record) {
        const [exception] = recordOf(record, candidate.item).exceptions;
        const say = expectation(sceneId);
        return [
          say(
            'The short exception was granted and ended.',
            exception?.state === 'ended',
            exception?.state ?? 'none',
          ),
        ];
      },
    };
  },
};
