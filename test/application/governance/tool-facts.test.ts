import { describe, expect, test } from 'vitest';
import { confirmedPeople } from '../../../lib/application/governance/confirmed-people.ts';
import { modeChangesOf } from '../../../lib/application/governance/mode-changes.ts';
import { recordRelease } from '../../../lib/application/governance/record-release.ts';
import { confirmRoles, noteRoles, readRoles } from '../../../lib/application/governance/role-book.ts';
import { stopEnforcement } from '../../../lib/application/stop-enforcement.ts';
import { decodeEnvelope } from '../../../lib/domain/attestation/bytes/envelope.ts';
import { utf8Bytes, utf8Text } from '../../../lib/domain/attestation/bytes/text-bytes.ts';
import { Definition, type DefinitionInput } from '../../../lib/domain/campaign/definition.ts';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import type { Person, Role } from '../../../lib/domain/review/person.ts';
import { sampleIdentity } from '../../support/sample-identity.ts';
import { DEFINITION, PEOPLE, type World, world } from '../../support/world.ts';

/** Every statement waiting to be sealed, of one kind. */
async function attested(w: World, name: string) {
  const { store } = w.environment;
  const shards = Array.from({ length: store.inboxShards }, (_, shard) => store.inbox(shard, { limit: 1000 }));
  return (await Promise.all(shards))
    .flatMap(({ entries }) => entries)
    .map(({ envelope }) => JSON.parse(utf8Text(decodeEnvelope(utf8Bytes(envelope)).body)))
    .filter(({ predicateType }) => predicateType === `https://countersign.dev/attestation/${name}/v1`);
}

const definition = (more: Partial<DefinitionInput> = {}) => Definition.parse({ ...DEFINITION, ...more });

describe('arming and disarming', () => {
  test('the first version of an armed definition says that it arms everything, by two people', async () => {
    const w = await world({ identities: [sampleIdentity({ name: 'one' })] });
    await w.open();

    const [fact, ...more] = await attested(w, 'mode-changed');

    expect(more).toEqual([]);
    expect(fact.predicate).toMatchObject({ connector: '*', tier: '*', from: 'shadow', to: 'armed' });
    expect(new Set(fact.predicate.approvers).size).toBe(2);
    expect(await w.environment.blobs.has(fact.subject[0].digest.sha256)).toBe(true);
  });

  test('only what changes mode is said, at the finest entry that changed', () => {
    const shadow = definition({ enforcement: { defaultMode: 'shadow' } });
    const armed = definition({
      version: 2,
      enforcement: {
        defaultMode: 'shadow',
        modes: [
          { connector: 'aws-iam', mode: 'armed' },
          { connector: 'aws-iam', tier: 'critical', mode: 'shadow' },
        ],
      },
    });

    expect(modeChangesOf(undefined, shadow)).toEqual([]);
    expect(modeChangesOf(shadow, armed)).toEqual([
      { connector: 'aws-iam', tier: '*', from: 'shadow', to: 'armed' },
    ]);
    expect(modeChangesOf(armed, shadow)).toEqual([
      { connector: 'aws-iam', tier: '*', from: 'armed', to: 'shadow' },
    ]);
    expect(modeChangesOf(armed, armed)).toEqual([]);
  });

  test('too many at once are refused before anything is written', async () => {
    const w = await world({ identities: [sampleIdentity({ name: 'one' })] });
    const modes = Array.from({ length: 11 }, (_, n) => ({ connector: `c${n}`, mode: 'armed' as const }));
    const many = definition({ enforcement: { defaultMode: 'shadow', modes } });

    await expect(w.applyDefinition(many, w.who('max'), 'rita')).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await w.environment.store.definitions()).toEqual([]);
  });

  test('the global stop is about a file that is kept, and names nobody in it', async () => {
    const w = await world({ identities: [] });
    await stopEnforcement(w.environment)({ act: 'stop', reason: 'wrong disable' }, w.who('sam'));

    const [fact] = await attested(w, 'mode-changed');

    const file = utf8Text(await w.environment.blobs.get(fact.subject[0].digest.sha256));
    expect(JSON.parse(file)).toEqual({ stopped: true, at: w.clock.now() });
  });
});

describe('a build of the tool', () => {
  const manifest = {
    schemaVersion: 1 as const,
    commit: 'c0ffee',
    bundles: [
      { name: 'seal-ledger', sha256: 'b'.repeat(64) },
      { name: 'answer-slack', sha256: 'a'.repeat(64) },
    ],
  };

  test('is recorded once, however often and in whatever order it starts', async () => {
    const w = await world({ identities: [] });
    const record = recordRelease(w.environment);

    const ids = await Promise.all([
      record(manifest),
      record({ ...manifest, bundles: manifest.bundles.toReversed() }),
    ]);
    await record(manifest);

    expect(new Set(ids).size).toBe(1);
    expect(await attested(w, 'tool-changed')).toMatchObject([
      { predicate: { commit: 'c0ffee', bundles: [{ name: 'answer-slack' }, { name: 'seal-ledger' }] } },
    ]);
  });

  test('another build is another fact', async () => {
    const w = await world({ identities: [] });
    const record = recordRelease(w.environment);
    await record(manifest);
    await record({ ...manifest, commit: 'decade' });
    expect(await attested(w, 'tool-changed')).toHaveLength(2);
  });
});

describe('roles in the tool', () => {
  /** A directory that can be edited, as its file can. */
  async function editable() {
    const w = await world({ identities: [] });
    let directory = directoryOf(PEOPLE, []);
    const people = { directory: async () => directory };
    const give = (personId: string, ...roles: Role[]) => {
      const everyone = directory
        .everyone()
        .map((person): Person => (person.personId === personId ? { ...person, roles } : person));
      directory = directoryOf(everyone, []);
    };
    const { store, blobs, attestor, clock } = w.environment;
    const deps = { store, blobs, attestor, clock, people };
    return { w, give, deps, counting: confirmedPeople(people, store) };
  }
  const rolesOf = async (
    people: { directory(): Promise<ReturnType<typeof directoryOf>> },
    personId: string,
  ) => (await people.directory()).person(personId)?.roles;

  test('what is found at installation is attested as the system found it', async () => {
    const { w, deps } = await editable();

    const now = await noteRoles(deps)();
    await noteRoles(deps)();

    expect(now).toMatchObject({ roles: { max: ['compliance-manager'], sam: ['security'] }, pending: [] });
    const facts = await attested(w, 'role-granted');
    expect(facts.map(({ predicate }) => [predicate.role, predicate.granted, predicate.actor.kind])).toEqual(
      expect.arrayContaining([
        ['compliance-manager', true, 'system'],
        ['security', true, 'system'],
      ]),
    );
    expect(facts).toHaveLength(2);
    expect(facts[0].predicate.approver).toBeUndefined();
  });

  test('a role written into the directory gives nothing until two others confirm it', async () => {
    const { w, give, deps, counting } = await editable();
    await noteRoles(deps)();
    give('ada', 'owner', 'admin');
    expect(await rolesOf(counting, 'ada')).toEqual(['owner']);
    expect((await readRoles(deps)()).pending).toEqual([{ personId: 'ada', role: 'admin', granted: true }]);

    await confirmRoles(deps)(w.who('max'), 'sam');

    expect(await rolesOf(counting, 'ada')).toEqual(['owner', 'admin']);
    const facts = await attested(w, 'role-granted');
    const { pseudonym } = w.environment.attestor;
    expect(facts.map(({ predicate }) => predicate)).toContainEqual(
      expect.objectContaining({
        person: pseudonym('ada'),
        role: 'admin',
        granted: true,
        approver: pseudonym('sam'),
      }),
    );
  });

  test('nobody confirms alone, without a role, or for themselves', async () => {
    const { w, give, deps } = await editable();
    await noteRoles(deps)();
    const confirm = confirmRoles(deps);
    await expect(confirm(w.who('max'), 'sam')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    give('ada', 'owner', 'admin');

    await expect(confirm(w.who('max'), 'max')).rejects.toMatchObject({ code: 'SECOND_PERSON' });
    await expect(confirm(w.who('max'), 'ben')).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
    await expect(confirm(w.who('max'), 'ada')).rejects.toMatchObject({ code: 'SECOND_PERSON' });
    give('max', 'owner', 'compliance-manager', 'admin');
    await expect(confirm(w.who('max'), 'sam')).rejects.toMatchObject({ code: 'SECOND_PERSON' });
    expect(await confirm(w.who('max'), 'sam', 'ben').catch(({ code }) => code)).toBe('NOT_FOUND');
  });

  test('a role taken away in the directory is gone at once, and attested by the system', async () => {
    const { w, give, deps, counting } = await editable();
    await noteRoles(deps)();
    expect(await rolesOf(counting, 'sam')).toEqual(['security']);
    give('sam', 'owner');

    expect(await rolesOf(counting, 'sam')).toEqual(['owner']);
    await noteRoles(deps)();

    expect((await attested(w, 'role-granted')).filter(({ predicate }) => !predicate.granted)).toHaveLength(1);
    give('sam', 'owner', 'security');
    expect(await rolesOf(counting, 'sam')).toEqual(['owner']);
  });

  test('a big company is taken over in several transactions', async () => {
    const { w, give, deps } = await editable();
    for (const { personId } of PEOPLE) give(personId, 'owner', 'auditor', 'security', 'admin');
    const { roles, pending } = await noteRoles(deps)();
    const active = PEOPLE.filter((person) => person.active).length;

    expect(Object.keys(roles)).toHaveLength(active);
    expect(pending).toEqual([]);
    expect(await attested(w, 'role-granted')).toHaveLength(3 * active);
  });
});
