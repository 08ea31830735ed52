// The global stop: one person may stop every removal at once; it takes two to let them go on.
import { RefusedError } from '../domain/errors.ts';
import type { Authenticated } from '../domain/review/decision.ts';
import type { Person, Role } from '../domain/review/person.ts';
import { untilNoConflict } from './conflict.ts';
import type { Environment } from './environment.ts';
import { fileBytes } from './plain-json.ts';
import type { SwitchRecord } from './ports/records.ts';
import { create, update } from './ports/review-store.ts';

/** What is asked of the switch. */
export type SwitchAct =
  | { readonly act: 'stop'; readonly reason: string }
  | { readonly act: 'start'; readonly reason: string; readonly approverId: string };

const MAY_STOP: readonly Role[] = ['admin', 'security', 'compliance-manager'];
/** Stands for every connector and every tier. */
const ALL = '*';

/**
 * Makes the use case. Stopping takes effect before the next removal acts; nothing that was switched off comes back by
 * itself. Asking for what is already so changes nothing.
 * @throws RefusedError NOT_ELIGIBLE, or SECOND_PERSON when one person wants to start it again alone
 */
export function stopEnforcement(environment: Environment) {
  return (asked: SwitchAct, who: Authenticated): Promise<SwitchRecord> =>
    untilNoConflict(async () => {
      const { store, clock } = environment;
      const person = await mayTurn(environment, who.personId);
      const approver = asked.act === 'start' ? await secondPerson(environment, asked, person) : undefined;
      const previous = await store.get('switch', { switchId: 'enforcement' });
      const stopped = asked.act === 'stop';
      if ((previous?.stopped ?? false) === stopped) return previous ?? neverTurned(clock.now());
      const at = clock.now();
      const change = { stopped, by: person.personId, at, reason: asked.reason };
      const write = previous
        ? update('switch', previous, change)
        : create('switch', { schemaVersion: 1, version: 1, switchId: 'enforcement', ...change });
      const signed = await attestTurn(environment, { asked, who, person, approver, next: write.record });
      await store.commit([write, ...signed.writes]);
      return write.record;
    });
}

function neverTurned(at: SwitchRecord['at']): SwitchRecord {
  const never = { stopped: false, by: '', at, reason: 'enforcement was never stopped' };
  return { schemaVersion: 1, version: 1, switchId: 'enforcement', ...never };
}

async function mayTurn({ people }: Environment, personId: string): Promise<Person> {
  const person = (await people.directory()).person(personId);
  if (person?.active && person.fullMember && person.roles.some((role) => MAY_STOP.includes(role)))
    return person;
  throw new RefusedError({
    code: 'NOT_ELIGIBLE',
    message: `Only admins, security and compliance managers turn enforcement off or on; "${personId}" is none of them.`,
  });
}

async function secondPerson(
  environment: Environment,
  { approverId }: Extract<SwitchAct, { act: 'start' }>,
  first: Person,
): Promise<Person> {
  const approver = await mayTurn(environment, approverId);
  if (approver.personId !== first.personId) return approver;
  throw new RefusedError({
    code: 'SECOND_PERSON',
    message: 'Starting enforcement again takes two people; the approver must be somebody else.',
  });
}

async function attestTurn(
  { attestor, blobs }: Environment,
  turn: {
    readonly asked: SwitchAct;
    readonly who: Authenticated;
    readonly person: Person;
    readonly approver: Person | undefined;
    readonly next: SwitchRecord;
  },
) {
  const { asked, who, person, approver, next } = turn;
  const stopping = asked.act === 'stop';
  const people = approver ? [person, approver] : [person];
  const { stopped } = next;
  return attestor.attest(
    {
      name: 'mode-changed',
      subject: { name: 'switch/enforcement', sha256: await blobs.put(fileBytes({ stopped, at: next.at })) },
      step: asked.act,
      ordinal: next.version,
      predicate: {
        build: attestor.build,
        actor: attestor.person(who, `role ${person.roles.join(', ')}`),
        at: next.at,
        connector: ALL,
        tier: ALL,
        from: stopping ? 'armed' : 'stopped',
        to: stopping ? 'stopped' : 'armed',
        approvers: people.map(({ personId }) => attestor.pseudonym(personId)),
        why: asked.reason,
      },
    },
    next.at,
  );
}
