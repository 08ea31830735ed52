// Connectors and tiers that were sent back to shadow, and the two people it takes to arm them again.
import type { Actor } from '../../domain/attestation/actor.ts';
import { RefusedError } from '../../domain/errors.ts';
import type { RiskTier } from '../../domain/identity/risk-tier.ts';
import type { Authenticated } from '../../domain/review/decision.ts';
import type { Person, Role } from '../../domain/review/person.ts';
import { untilNoConflict } from '../conflict.ts';
import type { Environment } from '../environment.ts';
import { fileBytes } from '../plain-json.ts';
import type { SwitchId, SwitchRecord } from '../ports/records.ts';
import { create, update, type Write } from '../ports/review-store.ts';

/** One connector and tier; `*` for every tier. */
export interface ArmedPart {
  readonly connector: string;
  readonly tier: RiskTier | '*';
}

const MAY_TURN: readonly Role[] = ['admin', 'security', 'compliance-manager'];

/** Its switch. */
export function switchIdOf({ connector, tier }: ArmedPart): SwitchId {
  return `shadow/${connector}/${tier}`;
}

/** The switches that keep a removal from acting: the global stop first. */
export function switchesOf({ connector, tier }: { readonly connector: string; readonly tier: RiskTier }) {
  const ids: SwitchId[] = [
    'enforcement',
    switchIdOf({ connector, tier }),
    switchIdOf({ connector, tier: '*' }),
  ];
  return ids.map((switchId) => ({ switchId }));
}

/** What the switches say of a removal. */
export async function readSwitches(
  { store }: Pick<Environment, 'store'>,
  removal: { readonly connector: string; readonly tier: RiskTier },
): Promise<{ readonly stopped: boolean; readonly disarmed: SwitchRecord | undefined }> {
  const [global, ...parts] = await store.getMany('switch', switchesOf(removal));
  return { stopped: global?.stopped ?? false, disarmed: parts.find((part) => part?.stopped) };
}

/** The writes that send a part back to shadow, attested; none when it is there already. */
export async function disarmWrites(
  environment: Environment,
  part: ArmedPart,
  why: { readonly reason: string; readonly actor: Actor; readonly by: string },
): Promise<readonly Write[]> {
  const { store, clock } = environment;
  const switchId = switchIdOf(part);
  const previous = await store.get('switch', { switchId });
  if (previous?.stopped) return [];
  const at = clock.now();
  const change = { stopped: true, by: why.by, at, reason: why.reason };
  const write = previous
    ? update('switch', previous, change)
    : create('switch', { schemaVersion: 1, version: 1, switchId, ...change });
  const signed = await attestTurn(environment, part, write.record, {
    ...why,
    approvers: why.actor.kind === 'person' ? [why.by] : [],
  });
  return [write, ...signed.writes];
}

/** What is asked of a part. */
export type PartAct =
  | { readonly act: 'disarm'; readonly reason: string }
  | { readonly act: 'arm'; readonly reason: string; readonly approverId: string };

/**
 * Makes the use case: one person may send a connector and tier back to shadow at once; it takes two to arm it again. What
 * its removals wait for then goes on by itself. Asking for what is already so changes nothing.
 * @throws RefusedError NOT_ELIGIBLE, NOT_FOUND when it was never sent back, SECOND_PERSON
 */
export function turnPart(environment: Environment) {
  return (part: ArmedPart, asked: PartAct, who: Authenticated): Promise<SwitchRecord> =>
    untilNoConflict(async () => {
      const { store, attestor, clock } = environment;
      const first = await mayTurn(environment, who.personId);
      const switchId = switchIdOf(part);
      const previous = await store.get('switch', { switchId });
      const actor = attestor.person(who, `role ${first.roles.join(', ')}`);
      if (asked.act === 'disarm') {
        await store.commit([
          ...(await disarmWrites(environment, part, { reason: asked.reason, actor, by: first.personId })),
        ]);
        return (await store.get('switch', { switchId })) ?? neverTurned(switchId, clock.now());
      }
      const second = await mayTurn(environment, asked.approverId);
      if (second.personId === first.personId) {
        throw new RefusedError({
          code: 'SECOND_PERSON',
          message: 'Arming again takes two people; the approver must be somebody else.',
        });
      }
      if (!previous) {
        throw new RefusedError({
          code: 'NOT_FOUND',
          message: `${part.connector}/${part.tier} was never sent back to shadow; its mode is in the definition.`,
        });
      }
      if (!previous.stopped) return previous;
      const write = update('switch', previous, {
        stopped: false,
        by: first.personId,
        at: clock.now(),
        reason: asked.reason,
      });
      const approvers = [first.personId, second.personId];
      const signed = await attestTurn(environment, part, write.record, {
        reason: asked.reason,
        actor,
        approvers,
      });
      await store.commit([write, ...signed.writes]);
      return write.record;
    });
}

function neverTurned(switchId: SwitchId, at: SwitchRecord['at']): SwitchRecord {
  return { schemaVersion: 1, version: 1, switchId, stopped: false, by: '', at, reason: 'never sent back' };
}

async function mayTurn({ people }: Environment, personId: string): Promise<Person> {
  const person = (await people.directory()).person(personId);
  if (person?.active && person.fullMember && person.roles.some((role) => MAY_TURN.includes(role)))
    return person;
  throw new RefusedError({
    code: 'NOT_ELIGIBLE',
    message: `Only admins, security and compliance managers arm and disarm; "${personId}" is none of them.`,
  });
}

async function attestTurn(
  { attestor, blobs }: Environment,
  { connector, tier }: ArmedPart,
  next: SwitchRecord,
  turn: { readonly reason: string; readonly actor: Actor; readonly approvers: readonly string[] },
) {
  const { stopped, at, switchId, version } = next;
  return attestor.attest(
    {
      name: 'mode-changed',
      subject: { name: `switch/${switchId}`, sha256: await blobs.put(fileBytes({ switchId, stopped, at })) },
      step: switchId,
      ordinal: version,
      predicate: {
        build: attestor.build,
        actor: turn.actor,
        at,
        connector,
        tier,
        from: stopped ? 'armed' : 'shadow',
        to: stopped ? 'shadow' : 'armed',
        approvers: turn.approvers.map((personId) => attestor.pseudonym(personId)),
        why: turn.reason,
      },
    },
    at,
  );
}
