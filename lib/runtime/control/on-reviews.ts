// Commands about what people are asked, and what is switched off.
import { holdByPerson } from '../../application/approve/approve-removal.ts';
import { cancelRemoval, retryRemoval } from '../../application/cancel-removal.ts';
import { findItem } from '../../application/find-item.ts';
import { findRemoval } from '../../application/list-removals.ts';
import { loadItem } from '../../application/load.ts';
import { InvalidInputError, RefusedError } from '../../domain/errors.ts';
import { type ControlCall, removalDepsOf, settled } from './call.ts';
import { personCalled } from './people.ts';
import type { CommandOf } from './protocol.ts';

/** Who has something to do. */
export async function inboxes(_command: CommandOf<'inboxes'>, call: ControlCall) {
  const { people } = call.environment;
  const { actions } = call.useCases;
  const lines = [];
  for (const { personId, name, active } of (await people.directory()).everyone()) {
    const desk = await actions.desk(personId, { perDocket: 1 });
    const open = desk.dockets.reduce((sum, docket) => sum + docket.open, 0);
    lines.push({ personId, name, active, open, approvals: desk.approvals.length });
  }
  return lines.filter(({ open, approvals }) => open > 0 || approvals > 0).toSorted((a, b) => b.open - a.open);
}

/** One person’s desk. */
export async function inbox({ as }: CommandOf<'inbox'>, call: ControlCall) {
  const { personId } = await call.who(as);
  return call.useCases.actions.desk(personId, { perDocket: 500 });
}

/** One answer. */
export async function decide({ item, request, as }: CommandOf<'decide'>, call: ControlCall) {
  const ref = await findItem(call.environment, item);
  const { actions } = call.useCases;
  const person = await call.who(as);
  return settled(call, await actions.decide({ item: ref, request, who: person, actId: call.actId }));
}

/** A second person's word on whatever waits for it about this item. */
export async function approve({ item, agree, reason, as }: CommandOf<'approve'>, call: ControlCall) {
  const ref = await findItem(call.environment, item);
  const { actions } = call.useCases;
  const person = await call.who(as);
  const waiting = (await actions.desk(person.personId, { perDocket: 1 })).approvals.filter(
    ({ campaignId, identityKey }) => campaignId === ref.campaignId && identityKey === ref.identityKey,
  );
  const [only, ...others] = waiting;
  if (!only) {
    throw new RefusedError({
      code: 'NOT_FOUND',
      message: `Nothing about ${item} waits for the word of ${person.personId}.`,
    });
  }
  if (others.length > 0) {
    throw new InvalidInputError({
      code: 'BAD_ARGUMENT',
      message: `Several things about ${item} wait for ${person.personId}; answer them in Slack: ${waiting.map(({ title }) => title).join('; ')}.`,
    });
  }
  const { kind, id } = only;
  return settled(
    call,
    await actions.approve({ kind, id, ...ref, agree, reason, who: person, actId: call.actId }),
  );
}

/** A person’s word on a removal. */
export async function steerRemoval(
  { removalId, campaignId: named, act, reason, wrong, as }: CommandOf<'steer-removal'>,
  call: ControlCall,
) {
  const environment = call.environment;
  const { actions } = call.useCases;
  const removal = await findRemoval(environment, removalId, named);
  const { campaignId, identityKey } = removal;
  const person = await call.who(as);
  const { actId } = call;
  switch (act) {
    case 'approve': {
      const kind = removal.state === 'manual-open' ? 'manual-task' : 'removal-hold';
      const asked = {
        kind,
        campaignId,
        identityKey,
        id: removalId,
        agree: true,
        reason,
        who: person,
        actId,
      } as const;
      return settled(call, await actions.approve(asked));
    }
    case 'restore':
      return settled(call, await actions.undo({ identityKey, removalId, reason, wrong, who: person, actId }));
    case 'cancel':
    case 'retry': {
      const use = act === 'cancel' ? cancelRemoval : retryRemoval;
      const word = { key: { identityKey, removalId }, reason, who: person, actId };
      return settled(call, await use(removalDepsOf(call))(word));
    }
    case 'hold': {
      const item = await loadItem(environment.store, { campaignId, identityKey });
      const known = personCalled(await environment.people.directory(), person.personId);
      const approval = { id: removalId, agree: false, reason, who: person, actId, person: known, item };
      return settled(call, await holdByPerson(removalDepsOf(call))(approval));
    }
    default:
      return act satisfies never;
  }
}
