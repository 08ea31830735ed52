// Acts of the command that take two people.
import { type AskedAct, approveAct, requestAct } from '../../application/governance/act-by-two.ts';
import { InvalidInputError, RefusedError } from '../../domain/errors.ts';
import type { Authenticated } from '../../domain/review/decision.ts';
import type { Instant } from '../../domain/time.ts';
import type { ControlCall } from './call.ts';
import { personCalled } from './people.ts';
import type { ByTwo } from './protocol.ts';

/** A request that waits for a second person. */
export interface WaitingRequest {
  readonly requestId: string;
  readonly act: string;
  readonly by: string;
  readonly expiresAt: Instant;
}

/** What came of it: done, or asked for and waiting. */
export type ByTwoOutcome<T> = { readonly done: T } | { readonly waits: WaitingRequest };

/**
 * Does what two people want. Where the second is named, at once. Where they act themselves, the first call is a request;
 * the second person's, for exactly the same, does it in the name of the first.
 * @throws RefusedError for whoever may not; InvalidInputError when the second person is missing or named in vain
 */
export async function byTwo<T>(
  call: ControlCall,
  what: AskedAct,
  { as, approvedBy, approve }: ByTwo,
  perform: (first: Authenticated, secondId: string) => Promise<T>,
): Promise<ByTwoOutcome<T>> {
  const person = await call.who(as);
  const { environment, second } = call;
  if (second.by === 'named') {
    if (approve !== undefined) {
      throw bad(
        '--approve: requests exist on deployed installations only; name the second with --approved-by.',
      );
    }
    if (approvedBy === undefined) {
      throw new RefusedError({
        code: 'SECOND_PERSON',
        message: 'This takes two people: name the second with --approved-by.',
      });
    }
    const { personId } = personCalled(await environment.people.directory(), approvedBy);
    return { done: await perform(person, personId) };
  }
  if (approvedBy !== undefined) {
    throw bad(
      '--approved-by: here the second person acts themselves. Leave it out; they run the same command with --approve and the id you get.',
    );
  }
  await second.requireMay(person.personId);
  if (approve === undefined) {
    const { requestId, act, by, expiresAt } = await requestAct(environment)(what, person, call.actId);
    return { waits: { requestId, act, by: by.personId, expiresAt } };
  }
  const request = await approveAct(environment)(approve, what, person);
  // Whoever asked may have lost the right to it since.
  await second.requireMay(request.by.personId);
  return { done: await perform(request.by, person.personId) };
}

function bad(message: string): InvalidInputError {
  return new InvalidInputError({ code: 'BAD_ARGUMENT', message });
}
