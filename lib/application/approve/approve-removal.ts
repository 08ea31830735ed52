// A second person lets a held removal run (or cancels it), and says that a manual task is done (or cannot be).
import { RefusedError } from '../../domain/errors.ts';
import type { Removal } from '../../domain/removal/removal.ts';
import { untilNoConflict } from '../conflict.ts';
import type { Write } from '../ports/review-store.ts';
import { remember } from '../remember-act.ts';
import { preImageByHand } from '../removal/by-hand.ts';
import { counterIdOf } from '../removal/counters.ts';
import { holdRemoval, releaseRemoval } from '../removal/hold-removal.ts';
import { openCase, type RemovalCase, type RemovalDeps, takeStep } from '../removal/workbench.ts';
import type { ActOutcome } from '../review-actions.ts';
import { peopleNamed } from '../tell-person.ts';
import type { Approval } from './approve.ts';

/** Records the word on a removal. @throws RefusedError when the person may not give it. */
export async function approveRemoval(
  deps: RemovalDeps,
  approval: Approval,
  kind: 'removal-hold' | 'manual-task',
): Promise<ActOutcome> {
  const found = await openCase(deps.environment, {
    identityKey: approval.item.identityKey,
    removalId: approval.id,
  });
  if (!found) throw new RefusedError({ code: 'NOT_FOUND', message: 'This removal does not exist.' });
  return kind === 'removal-hold' ? onHold(deps, found, approval) : onManualTask(deps, found, approval);
}

async function onHold(deps: RemovalDeps, found: RemovalCase, approval: Approval): Promise<ActOutcome> {
  const { removal } = found;
  if (removal.state !== 'held')
    throw new RefusedError({ code: 'CONFLICT', message: `${removal.name} is ${removal.state}, not held.` });
  const why = await mayRelease(deps, found, approval);
  const { attestor, clock } = deps.environment;
  const actor = attestor.person(approval.who, why);
  const at = clock.now();
  if (!approval.agree) {
    const text = `${removal.name} will not be switched off by this removal.`;
    const note = approval.reason || 'cancelled by a person while on hold';
    await takeStep(
      deps.environment,
      found,
      'cancel',
      { nextDueAt: undefined },
      { step: 'cancelled', note, actor },
      [remember(approval.actId, at, text, approval.who.personId)],
    );
    return { text };
  }
  const text = `${removal.name} may go on; it is checked again before anything is touched.`;
  const lifted =
    removal.holds.at(-1)?.code === 'blast-radius' ? await liftCap(deps, found, approval, actor) : [];
  const released = await releaseRemoval(
    deps,
    found,
    {
      why: approval.reason || 'released by a second person',
      byPersonId: approval.person.personId,
      actor,
    },
    [...lifted, remember(approval.actId, at, text, approval.who.personId)],
  );
  return { text, removal: released };
}

/**
 * Steering a removal takes a manager, risk acceptor, security or admin who does not answer for the identity.
 * @returns by what right
 * @throws RefusedError SECOND_PERSON or NOT_ELIGIBLE
 */
export async function mayRelease(
  deps: RemovalDeps,
  { removal, definition }: Pick<RemovalCase, 'removal' | 'definition'>,
  { person }: Pick<Approval, 'person'>,
  to = 'let it run',
): Promise<string> {
  if (person.personId === removal.ownerId) {
    throw new RefusedError({
      code: 'SECOND_PERSON',
      message: `You answer for this identity; somebody else has to ${to}.`,
    });
  }
  const directory = await deps.environment.people.directory();
  const { manager, riskAcceptors } = definition.reviewers;
  const named = [...peopleNamed(directory, manager), ...peopleNamed(directory, riskAcceptors)];
  if (named.some(({ personId }) => personId === person.personId))
    return 'campaign manager or risk acceptor, not the owner';
  if (person.roles.includes('admin') || person.roles.includes('security'))
    return `role ${person.roles.join(', ')}, not the owner`;
  throw new RefusedError({
    code: 'NOT_ELIGIBLE',
    message: `Only the campaign manager, risk acceptors, security and admins can ${to}.`,
  });
}

/** The attestation that a cap was lifted for this removal, to be committed with its release. */
async function liftCap(
  deps: RemovalDeps,
  { removal, campaign }: RemovalCase,
  approval: Approval,
  actor: ReturnType<RemovalDeps['environment']['attestor']['person']>,
): Promise<readonly Write[]> {
  const { attestor, store, clock } = deps.environment;
  const at = clock.now();
  const per = removal.holds.at(-1)?.per ?? 'campaign';
  const counter = await store.get('counter', { counterId: counterIdOf(per, removal, at) });
  const from = counter?.count ?? 0;
  const signed = await attestor.attest(
    {
      name: 'cap-lifted',
      subject: {
        name: `population/${campaign.campaignId}`,
        sha256: campaign.populationDigest ?? removal.snapshot,
      },
      step: `${removal.removalId}/cap`,
      ordinal: removal.holds.length,
      predicate: {
        build: attestor.build,
        actor,
        at,
        campaignId: campaign.campaignId,
        definitionDigest: campaign.definitionDigest,
        cap: removal.holds.at(-1)?.cause ?? 'blast radius',
        from,
        to: from + 1,
        why: approval.reason || 'released by a second person',
      },
    },
    at,
  );
  return signed.writes;
}

async function onManualTask(deps: RemovalDeps, found: RemovalCase, approval: Approval): Promise<ActOutcome> {
  const { environment } = deps;
  const { removal, definition } = found;
  if (removal.state !== 'manual-open') {
    throw new RefusedError({
      code: 'CONFLICT',
      message: `${removal.name} has no open task (it is ${removal.state}).`,
    });
  }
  const directory = await environment.people.directory();
  const assignees = [
    removal.ownerId,
    ...peopleNamed(directory, definition.reviewers.manager).map(({ personId }) => personId),
  ];
  if (!assignees.includes(approval.person.personId) && !approval.person.roles.includes('admin')) {
    throw new RefusedError({ code: 'NOT_ELIGIBLE', message: 'This task is somebody else’s.' });
  }
  const actor = environment.attestor.person(approval.who, 'assignee of the manual task');
  const at = environment.clock.now();
  const text = approval.agree
    ? `Thank you. ${removal.name} counts as switched off, on your word.`
    : `Noted: ${removal.name} could not be switched off.`;
  const memory = remember(approval.actId, at, text, approval.who.personId);
  const record: Removal = approval.agree
    ? await takeStep(
        environment,
        found,
        'executed',
        { executedAt: at, preImage: preImageByHand(removal, at), nextDueAt: at },
        { step: 'manual-task-confirmed', note: approval.reason || 'confirmed by the assignee', actor },
        [memory],
      )
    : await takeStep(
        environment,
        found,
        'fail',
        { failure: approval.reason || 'the assignee could not do it', nextDueAt: undefined },
        { step: 'failed', note: approval.reason || 'the assignee could not do it', actor },
        [memory],
      );
  return { text, removal: record };
}

/** Puts a planned removal on hold at a person's wish. The same act twice counts once. */
export function holdByPerson(deps: RemovalDeps) {
  return (approval: Approval): Promise<ActOutcome> =>
    untilNoConflict(async () => {
      const { store, attestor, clock } = deps.environment;
      const earlier = await store.get('handled', { messageId: approval.actId });
      if (earlier) return { text: earlier.outcome };
      const { identityKey } = approval.item;
      const found = await openCase(deps.environment, { identityKey, removalId: approval.id });
      if (!found) throw new RefusedError({ code: 'NOT_FOUND', message: 'This removal does not exist.' });
      const why = await mayRelease(deps, found, approval);
      const text = `${found.removal.name} is on hold.`;
      const removal = await holdRemoval(
        deps,
        found,
        { code: 'person', cause: approval.reason || 'held by a person' },
        attestor.person(approval.who, why),
        [remember(approval.actId, clock.now(), text, approval.who.personId)],
      );
      return { text, removal };
    });
}
