// Asking for the second person's word: on decisions that need one, on exceptions, and on whose an identity is.
import type { Definition } from '../domain/campaign/definition.ts';
import { checkSecondApprover } from '../domain/review/eligibility.ts';
import type { Person } from '../domain/review/person.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import { viewItem } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { askProposed } from './propose-owner.ts';
import { peopleNamed, type TellPerson } from './tell-person.ts';

/** How many possible second persons are asked at once. */
const ASKED = 2;

/** Asks whoever may give the second word on what was done to an item; does nothing when none is needed. */
export type AskSecondPerson = (item: ReviewItem, definition: Definition) => Promise<void>;

/** Makes the use case. */
export function askSecondPerson(environment: Environment, tell: TellPerson): AskSecondPerson {
  return async (item, definition) => {
    if (item.decision?.awaitingSecond) await askApprovers(environment, tell, item, definition);
    if (item.decision?.verdict === 'except') await askRiskAcceptors(environment, tell, item, definition);
    await askProposed(environment, tell, item);
  };
}

async function askApprovers(
  environment: Environment,
  tell: TellPerson,
  item: ReviewItem,
  definition: Definition,
): Promise<void> {
  const directory = await environment.people.directory();
  const decidedBy = item.decision?.by ?? '';
  const { snapshot } = await viewItem(environment, item);
  const now = environment.clock.now();
  const approvers = peopleNamed(directory, definition.reviewers.approvers).filter((who) => {
    // Whether they could approve if they signed in properly; how they really do is checked when they answer.
    const authenticated = {
      personId: who.personId,
      method: 'oidc' as const,
      issuer: 'none',
      at: now,
      evidenceDigest: '',
    };
    return checkSecondApprover({
      item,
      snapshot,
      firstPersonId: decidedBy,
      who,
      authenticated,
      definition,
      directory,
      now,
    }).eligible;
  });
  for (const to of approvers.slice(0, ASKED)) {
    await tell({
      to,
      purpose: 'second-approval',
      occasion: `${item.campaignId}/${item.identityKey}/${item.decision?.attestationId ?? ''}`,
      shown: [item.snapshot],
      body: async () => ({
        purpose: 'second-approval',
        item: await viewItem(environment, item),
        askedBy: directory.person(decidedBy)?.name ?? decidedBy,
        text: item.decision?.reason ?? '',
      }),
    });
  }
}

async function askRiskAcceptors(
  environment: Environment,
  tell: TellPerson,
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
  for (const to of acceptors.slice(0, ASKED)) {
    await tell({
      to,
      purpose: 'exception-request',
      occasion: `${item.campaignId}/${item.identityKey}/${wanted.exceptionId}`,
      shown: [item.snapshot],
      body: async () => ({
        purpose: 'exception-request',
        identityName: item.name,
        ref: { campaignId: item.campaignId, identityKey: item.identityKey, id: wanted.exceptionId },
        text: `${directory.person(wanted.requestedBy)?.name ?? wanted.requestedBy} asks to accept the risk: ${wanted.reason || 'no reason given'}. Compensating control: ${wanted.compensatingControl}.`,
        until: wanted.until,
      }),
    });
  }
}
