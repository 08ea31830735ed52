// A person ends a removal that has not begun, or has one that failed tried again: with a reason, attested.
import { RefusedError } from '../domain/errors.ts';
import type { Removal, RemovalState } from '../domain/removal/removal.ts';
import type { Authenticated } from '../domain/review/decision.ts';
import type { Person } from '../domain/review/person.ts';
import { mayRelease } from './approve/approve-removal.ts';
import { untilNoConflict } from './conflict.ts';
import type { RecordKeys } from './ports/records.ts';
import { remember } from './remember-act.ts';
import { reopenWrites } from './removal/reopen-item.ts';
import { openCase, type RemovalCase, type RemovalDeps, takeStep } from './removal/workbench.ts';
import type { ActOutcome } from './review-actions.ts';
import { requireStrongProof } from './strong-proof.ts';

/** What a person says about one removal. */
export interface RemovalWord {
  readonly key: RecordKeys['removal'];
  readonly reason: string;
  readonly who: Authenticated;
  readonly actId: string;
}

/** Nothing was switched off by it. */
const CANCELLABLE: ReadonlySet<RemovalState> = new Set<RemovalState>(['planned', 'held', 'manual-open']);

/**
 * Makes the use case: the removal never acts, and the question is asked again, since nobody's answer stands any more. One
 * that failed can be cancelled only when nothing was touched; the same act twice counts once.
 * @throws RefusedError NOT_FOUND, ILLEGAL_TRANSITION, NOT_ELIGIBLE, SECOND_PERSON, STRONGER_PROOF
 */
export function cancelRemoval(deps: RemovalDeps) {
  return (word: RemovalWord): Promise<ActOutcome> =>
    once(deps, word, async (found, why) => {
      const { environment } = deps;
      const { removal } = found;
      const isUntouched = removal.state === 'failed' && removal.preImage === undefined;
      if (!CANCELLABLE.has(removal.state) && !isUntouched) throw illegal(removal, 'cancelled', UNTIL_THEN);
      const at = environment.clock.now();
      const reopened = await reopenWrites(environment, found, at, removal.removalId);
      const text =
        reopened.length > 0
          ? `${removal.name} will not be switched off by this removal; its review is open again.`
          : `${removal.name} will not be switched off by this removal. Its campaign takes no more answers: nobody is asked again.`;
      const actor = environment.attestor.person(word.who, why);
      const cancelled = await takeStep(
        environment,
        found,
        'cancel',
        { nextDueAt: undefined },
        { step: 'cancelled', note: word.reason, actor },
        [...reopened, remember(word.actId, at, text, word.who.personId)],
      );
      return { text, removal: cancelled };
    });
}

/**
 * Makes the use case: what failed is planned again and goes through every safeguard. It was counted against the caps when
 * it began; the state stored then stays what must be restored. The same act twice counts once.
 * @throws RefusedError NOT_FOUND, ILLEGAL_TRANSITION, NOT_ELIGIBLE, SECOND_PERSON, STRONGER_PROOF
 */
export function retryRemoval(deps: RemovalDeps) {
  return (word: RemovalWord): Promise<ActOutcome> =>
    once(deps, word, async (found, why) => {
      const { environment } = deps;
      const { removal } = found;
      if (removal.state !== 'failed') throw illegal(removal, 'tried again', 'only what failed can be');
      const at = environment.clock.now();
      const text = `${removal.name} is tried again; it is checked again before anything is touched.`;
      const actor = environment.attestor.person(word.who, why);
      const planned = await takeStep(
        environment,
        found,
        'retry',
        // Not none: that it was begun is what keeps it counted, and its stored state.
        { attempts: Math.min(removal.attempts, 1), nextDueAt: at },
        { step: 'planned', note: `tried again: ${word.reason}`, actor },
        [remember(word.actId, at, text, word.who.personId)],
      );
      return { text, removal: planned };
    });
}

const UNTIL_THEN =
  'only what has not begun can be cancelled. What was switched off, or failed in part, is brought back with "removals restore"';

function illegal({ name, state }: Removal, act: string, rule: string): RefusedError {
  return new RefusedError({
    code: 'ILLEGAL_TRANSITION',
    message: `${name} is ${state} and cannot be ${act}: ${rule}.`,
  });
}

function once(
  deps: RemovalDeps,
  { key, who, actId }: RemovalWord,
  act: (found: RemovalCase, why: string) => Promise<ActOutcome>,
): Promise<ActOutcome> {
  return untilNoConflict(async () => {
    const { environment } = deps;
    const earlier = await environment.store.get('handled', { messageId: actId });
    if (earlier) return { text: earlier.outcome };
    const found = await openCase(environment, key);
    if (!found) throw new RefusedError({ code: 'NOT_FOUND', message: 'This removal does not exist.' });
    const person = await activePerson(deps, who.personId);
    requireStrongProof(found.removal.tier, who.method);
    return act(found, await mayRelease(deps, found, { person }, 'decide on its removal'));
  });
}

async function activePerson({ environment: { people } }: RemovalDeps, personId: string): Promise<Person> {
  const person = (await people.directory()).person(personId);
  if (person?.active && person.fullMember) return person;
  throw new RefusedError({
    code: 'NOT_ELIGIBLE',
    message: 'Only active full members can decide on a removal.',
  });
}
