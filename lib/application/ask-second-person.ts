// Asking for the second person's word: on decisions that need one, on exceptions, and on whose an identity is.
import type { Definition } from '../domain/campaign/definition.ts';
import type { Person } from '../domain/review/person.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import type { Environment } from './environment.ts';
import { gatherLine } from './gather-line.ts';
import { askProposed } from './propose-owner.ts';
import { secondApprovers } from './second-approvers.ts';
import { peopleNamed } from './tell-person.ts';

/** How many possible second persons are asked at once. */
const ASKED = 2;

/** Has whoever may give the second word on what was done to an item asked, with their next message; does nothing when none is needed. */
export type AskSecondPerson = (item: ReviewItem, definition: Definition) => Promise<void>;

/** Makes the use case. */
export function askSecondPerson(environment: Environment): AskSecondPerson {
  return async (item, definition) => {
    if (item.decision?.awaitingSecond) await askApprovers(environment, item, definition);
    if (item.decision?.verdict === 'except') await askRiskAcceptors(environment, item, definition);
    await askProposed(environment, item);
  };
}

async function askApprovers(
  environment: Environment,
  item: ReviewItem,
  definition: Definition,
): Promise<void> {
  const approvers = await secondApprovers(environment, definition, item);
  const of = `${item.campaignId}/${item.identityKey}/${item.decision?.attestationId ?? ''}`;
  await askEach(environment, { what: 'second-approval', of }, approvers);
}

/** The first of these people are asked together; each of them who cannot be reached makes room for the others. */
async function askEach(
  environment: Environment,
  line: Parameters<typeof gatherLine>[2],
  people: readonly Person[],
): Promise<void> {
  const spare = people.slice(ASKED);
  for (const to of people.slice(0, ASKED)) await gatherLine(environment, 'asks', line, [to, ...spare]);
}

async function askRiskAcceptors(
  environment: Environment,
  item: ReviewItem,
  definition: Definition,
): Promise<void> {
  const directory = await environment.people.directory();
  const exceptions = await environment.store.exceptionsOf(item.identityKey);
  const wanted = exceptions.find(
    ({ decisionAttestationId, state }) =>
      decisionAttestationId === item.decision?.attestationId && state === 'requested',
  );
  if (!wanted) return;
  const acceptors = peopleNamed(directory, definition.reviewers.riskAcceptors).filter(
    (who: Person) => who.personId !== wanted.requestedBy,
  );
  const of = `${item.campaignId}/${item.identityKey}/${wanted.exceptionId}`;
  await askEach(environment, { what: 'exception-request', of }, acceptors);
}
