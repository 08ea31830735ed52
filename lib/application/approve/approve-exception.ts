// A risk acceptor grants or refuses an exception; never the person who asked for it.
import { RefusedError } from '../../domain/errors.ts';
import { firstLookAt } from '../end-exception.ts';
import type { Environment } from '../environment.ts';
import { loadCampaign, loadDefinition } from '../load.ts';
import { update, type Write } from '../ports/review-store.ts';
import { remember } from '../remember-act.ts';
import { reopenItem } from '../removal/reopen-item.ts';
import type { ActOutcome } from '../review-actions.ts';
import { peopleNamed } from '../tell-person.ts';
import type { Approval } from './approve.ts';

/** Records the risk acceptor's word. A refusal reopens the question. */
export async function approveException(environment: Environment, approval: Approval): Promise<ActOutcome> {
  const { store, blobs, people, clock } = environment;
  const { item, person, agree } = approval;
  const exception = await store.get('exception', { identityKey: item.identityKey, exceptionId: approval.id });
  if (exception?.state !== 'requested') {
    throw new RefusedError({
      code: 'CONFLICT',
      message: 'This exception does not wait for approval (any more).',
    });
  }
  const campaign = await loadCampaign(store, item.campaignId);
  const definition = await loadDefinition(blobs, campaign.definitionDigest);
  const acceptors = peopleNamed(await people.directory(), definition.reviewers.riskAcceptors);
  if (!acceptors.some(({ personId }) => personId === person.personId)) {
    throw new RefusedError({
      code: 'NOT_ELIGIBLE',
      message: 'Only the risk acceptors of this campaign can grant exceptions.',
    });
  }
  if (exception.requestedBy === person.personId) {
    throw new RefusedError({
      code: 'SECOND_PERSON',
      message: 'You asked for this exception; somebody else has to grant it.',
    });
  }
  const at = clock.now();
  if (agree && exception.until <= at) {
    throw new RefusedError({
      code: 'EXPIRED',
      message: `It was asked for until ${exception.until.slice(0, 10)}, which is over; it has to be asked for anew.`,
    });
  }
  const signed = await attestVerdict(environment, approval, campaign.definitionDigest, exception);
  const reopened = agree ? [] : await reopenItem(environment, { item, campaign }, at, exception.exceptionId);
  const text = agree
    ? `Granted until ${exception.until.slice(0, 10)}: ${item.name}.`
    : `Refused: ${item.name} is ${reopened.length > 0 ? 'open again' : 'unattested'}.`;
  const writes: Write[] = [
    update(
      'exception',
      exception,
      agree
        ? {
            state: 'granted',
            approvedBy: person.personId,
            approvedAt: at,
            nextDueAt: firstLookAt(exception.until, at),
          }
        : { state: 'refused', endedAt: at, nextDueAt: undefined },
    ),
    remember(approval.actId, at, text, approval.who.personId),
    ...signed.writes,
  ];
  writes.push(...reopened);
  await store.commit(writes);
  return { text };
}

async function attestVerdict(
  environment: Environment,
  approval: Approval,
  definitionDigest: string,
  exception: {
    exceptionId: string;
    requestedBy: string;
    until: Approval['item']['snapshotAt'];
    compensatingControl: string;
    renewals: number;
    decisionAttestationId: string;
  },
) {
  const { attestor, clock } = environment;
  const { item, agree, who } = approval;
  const at = clock.now();
  const shared = {
    build: attestor.build,
    actor: attestor.person(who, 'risk acceptor of the campaign, not the requester'),
    at,
    campaignId: item.campaignId,
    definitionDigest,
    identityId: item.identityId,
    exceptionId: exception.exceptionId,
  };
  const subject = { name: item.identityId, sha256: item.snapshot };
  return agree
    ? attestor.attest(
        {
          name: 'exception-granted',
          subject,
          step: exception.exceptionId,
          ordinal: 0,
          predicate: {
            ...shared,
            requestedBy: attestor.pseudonym(exception.requestedBy),
            until: exception.until,
            compensatingControl: exception.compensatingControl,
            renewals: exception.renewals,
            decision: exception.decisionAttestationId,
          },
        },
        at,
      )
    : attestor.attest(
        {
          name: 'exception-ended',
          subject,
          step: exception.exceptionId,
          ordinal: 0,
          predicate: { ...shared, why: 'refused' },
        },
        at,
      );
}
