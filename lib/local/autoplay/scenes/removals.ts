// Scenes about switching off on purpose: one key of two, a whole identity that a pipeline switches on again, a retirement,
// and a task that only a person can do.
import { plusDays } from '../../../domain/time.ts';
import { dateIn } from '../part.ts';
import { activeKeys, hasActiveKey, isOrdinary, isSwitchable, liveKeys } from '../traits.ts';
import { answerScene, answerWords, wasExecuted } from './answer-scene.ts';

/** One stale key of two goes; the other stays. */
export const revokeOneKey = answerScene({
  sceneId: 'revoke-one-key',
  title: 'One stale key of two is one removal',
  habits: ['prompt'],
  lacks: 'No prompt owner has an identity with two active access keys.',
  fits: (candidate) => candidate.item.kind === 'service-account' && activeKeys(candidate).length === 2,
  part(candidate) {
    const stale = activeKeys(candidate).at(-1)?.credentialId;
    return stale === undefined
      ? undefined
      : {
          verdict: 'revoke',
          reason: 'The second key was left over from a migration.',
          fields: () => ({ credentials: [stale] }),
        };
  },
  expect({ removals }, say, candidate, stage) {
    const stale = activeKeys(candidate).at(-1)?.credentialId;
    const keys = liveKeys(stage.stack, candidate);
    const states = keys.map(({ status }) => status).join(', ');
    const only = removals.length === 1 && removals[0]?.credentialId === stale;
    return [
      say('Exactly one removal names the stale key.', only, `${removals.length} removals`),
      say(
        'The other key still works.',
        keys.filter(({ status }) => status === 'Active').length === 1,
        states,
      ),
    ];
  },
});

/** Switched off, switched on again by a pipeline, found out, switched off again. */
export const drift = answerScene({
  sceneId: 'drift',
  title: 'A pipeline switches a key on again, and it is noticed',
  habits: ['prompt'],
  lacks: 'No prompt owner has an identity with an active access key to switch off.',
  fits: (candidate) => hasActiveKey(candidate) && isOrdinary(candidate),
  part: () => ({
    verdict: 'revoke',
    reason: 'The server it belonged to is gone.',
    askedAgain: {
      sceneId: 'drift',
      verdict: 'revoke',
      reason: 'The old pipeline is deleted now; switch it off again.',
    },
  }),
  async happen(stage, candidate, memory) {
    if (memory.has('reactivated')) return;
    const removals = await stage.stack.environment.store.removalsOf(candidate.item.identityKey);
    const executedAt = removals.find(wasExecuted)?.executedAt;
    if (executedAt === undefined || plusDays(executedAt, 3) > stage.now()) return;
    for (const { accessKeyId, status } of liveKeys(stage.stack, candidate)) {
      if (status === 'Inactive') stage.stack.iam.reactivate(accessKeyId);
    }
    memory.set('reactivated', stage.now());
  },
  expect({ removals, item }, say) {
    const drifted = removals.filter(({ driftedAt }) => driftedAt !== undefined);
    const again = removals.filter((removal) => wasExecuted(removal) && removal.driftedAt === undefined);
    return [
      say('The drift was caught.', drifted.length === 1, `${drifted.length} removals drifted`),
      say('Its owner was asked again and it is off.', again.length === 1, answerWords(item)),
    ];
  },
});

/** Needed until a day, then switched off on it. */
export const retire = answerScene({
  sceneId: 'retire',
  title: 'Something retires on its day',
  habits: ['prompt'],
  lacks: 'No prompt owner has an identity that could retire.',
  fits: (candidate) => isSwitchable(candidate) && isOrdinary(candidate),
  part: () => ({
    verdict: 'retire',
    reason: 'Needed until the migration is through.',
    fields: (now) => ({ on: dateIn(now, 12) }),
  }),
  expect({ removals, item }, say) {
    const done = removals.filter((removal) => removal.cause === 'retired' && wasExecuted(removal));
    return [say('It was switched off when its day had come.', done.length === 1, answerWords(item))];
  },
});

/** A system nobody can switch anything off in but its owner. */
export const manualTask = answerScene({
  sceneId: 'manual-task',
  title: 'A task that only a person can do, confirmed',
  habits: ['prompt'],
  lacks: 'The files hold nothing that only a person could switch off.',
  fits: ({ item }) => item.connector === 'file',
  part: () => ({ verdict: 'revoke', reason: 'The old blog is gone, and so is the need for its token.' }),
  expect({ removals }, say) {
    const [removal] = removals;
    const level = removal?.verification?.level ?? 'none';
    return [
      say(
        'Its owner confirmed the task.',
        removal !== undefined && wasExecuted(removal),
        removal?.state ?? 'none',
      ),
      say('What nobody checked is called unchecked.', level === 'unchecked', level),
    ];
  },
});
