import { describe, expect, test } from 'vitest';
import { noteRoles } from '../../lib/application/governance/role-book.ts';
import { directoryOf } from '../../lib/domain/review/directory.ts';
import type { Person } from '../../lib/domain/review/person.ts';
import { DAY_MS, plusMs } from '../../lib/domain/time.ts';
import type { InstallationCommand } from '../../lib/runtime/control/installation-protocol.ts';
import { createHandler } from '../../lib/runtime/handlers/serve-control.ts';
import {
  arnOf,
  definitionText,
  gatewayEvent,
  installation,
  SIGNING_PEOPLE,
  type TestInstallation,
} from '../support/installation.ts';
import { TEAMS } from '../support/world.ts';

const APPLY: InstallationCommand = { do: 'apply', definitions: [definitionText()] };

/** The id of the request that somebody's command became. */
async function asked(w: TestInstallation, personId: string, command: InstallationCommand): Promise<string> {
  const { status, result } = await w.ask(personId, command);
  expect(status).toBe(200);
  expect(result).toMatchObject({ waits: { by: personId } });
  return (result as { waits: { requestId: string } }).waits.requestId;
}

const inForce = async ({ environment }: TestInstallation) =>
  (await environment.store.get('definition', { definitionId: 'quarterly' }))?.definitionVersion;

describe('a definition on a deployed installation', () => {
  test('is in force once a second person asked for the same', async () => {
    const w = await installation({ identities: [] });

    const approve = await asked(w, 'max', APPLY);
    expect(await inForce(w)).toBeUndefined();
    const done = await w.ask('ida', { ...APPLY, approve });

    expect(done.result).toMatchObject({ done: [{ definitionId: 'quarterly', changed: true }] });
    const row = await w.environment.store.get('definition', { definitionId: 'quarterly' });
    expect(row).toMatchObject({ definitionVersion: 1, appliedBy: 'max' });
    expect(await w.environment.store.get('act-request', { requestId: approve })).toMatchObject({
      by: { personId: 'max', method: 'aws-sts' },
      approval: { personId: 'ida', method: 'aws-sts' },
    });
  });

  test.each([
    ['the first person', 'max', APPLY, 'is your own'],
    ['somebody without the role', 'ada', APPLY, '"ada" may not do this'],
    ['an auditor', 'otto', APPLY, '"otto" may not do this'],
    [
      'somebody who asks for something else',
      'ida',
      { do: 'apply', definitions: [definitionText({ title: 'Other' })] },
      'is not what you ask for',
    ],
    [
      'somebody who asks for more',
      'ida',
      { do: 'apply', definitions: [definitionText(), definitionText({ definitionId: 'more' })] },
      'is not what you ask for',
    ],
    [
      'somebody who does something else',
      'ida',
      { do: 'switch', act: 'start', reason: 'x' },
      'is not what you ask for',
    ],
  ] as const)('is not put into force by %s', async (_who, personId, command, message) => {
    const w = await installation({ identities: [] });
    const approve = await asked(w, 'max', APPLY);

    const refused = await w.ask(personId, { ...command, approve } as InstallationCommand);

    expect(refused).toMatchObject({ status: 403, error: { message: expect.stringContaining(message) } });
    expect(await inForce(w)).toBeUndefined();
    expect((await w.ask('ida', { ...APPLY, approve })).status).toBe(200);
  });

  test('is not put into force by a name alone', async () => {
    const w = await installation({ identities: [] });

    const refused = await w.ask('max', { ...APPLY, approvedBy: 'ida' });

    expect(refused).toMatchObject({
      status: 400,
      error: { message: expect.stringContaining('the second person acts themselves') },
    });
    expect(await inForce(w)).toBeUndefined();
  });

  test('is asked for anew after a week, and where there was no request', async () => {
    const w = await installation({ identities: [] });
    const approve = await asked(w, 'max', APPLY);
    w.setClock(plusMs(w.clock.now(), 7 * DAY_MS));

    expect(await w.ask('ida', { ...APPLY, approve })).toMatchObject({
      status: 403,
      error: { code: 'EXPIRED' },
    });
    const unknown = { ...APPLY, approve: `rq-${'0'.repeat(24)}` };
    expect(await w.ask('ida', unknown)).toMatchObject({ status: 404 });
    expect(await inForce(w)).toBeUndefined();
  });

  test('that is not sound is refused before anybody is asked', async () => {
    const w = await installation({ identities: [] });
    const unsound = definitionText({ reviewers: { fallback: 'nobody' } });

    expect(await w.ask('max', { do: 'apply', definitions: [unsound] })).toMatchObject({ status: 400 });
  });

  test('is not put into force when whoever asked has lost the role since', async () => {
    const w = await installation({ identities: [] });
    const approve = await asked(w, 'max', APPLY);
    const demoted = SIGNING_PEOPLE.map(
      (each): Person => (each.personId === 'max' ? { ...each, roles: ['owner'] } : each),
    );
    const people = { directory: async () => directoryOf(demoted, TEAMS) };
    const later = createHandler({ ...w.deps, environment: { ...w.environment, people } });
    const body = JSON.stringify({ requestId: crypto.randomUUID(), command: { ...APPLY, approve } });

    expect((await later(gatewayEvent(arnOf('ida'), body))).statusCode).toBe(403);
    expect(await inForce(w)).toBeUndefined();
  });

  test('sent twice under one id is one request', async () => {
    const w = await installation({ identities: [] });
    const requestId = crypto.randomUUID();

    const [first, second] = [await w.ask('max', APPLY, requestId), await w.ask('max', APPLY, requestId)];

    expect(second.result).toEqual(first.result);
  });
});

describe('starting enforcement again', () => {
  const START = { do: 'switch', act: 'start', reason: 'over' } as const;

  test('takes one request each time: what was approved once is used up', async () => {
    const w = await installation({ identities: [] });
    const stop = { do: 'switch', act: 'stop', reason: 'outage' } as const;
    await w.ask('sam', stop);
    const approve = await asked(w, 'sam', START);

    expect((await w.ask('max', { ...START, approve })).result).toMatchObject({ done: { stopped: false } });
    await w.ask('sam', stop);
    const replayed = await w.ask('ida', { ...START, approve });

    expect(replayed).toMatchObject({ status: 403, error: { code: 'ALREADY_CLOSED' } });
    const state = await w.environment.store.get('switch', { switchId: 'enforcement' });
    expect(state?.stopped).toBe(true);
  });

  test('two who approve at once are one', async () => {
    const w = await installation({ identities: [] });
    await w.ask('sam', { do: 'switch', act: 'stop', reason: 'outage' });
    const approve = await asked(w, 'sam', START);

    const answers = await Promise.all(['max', 'ida'].map((who) => w.ask(who, { ...START, approve })));

    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403]);
  });
});

describe('confirming roles', () => {
  const CONFIRM: InstallationCommand = { do: 'confirm-roles' };

  /** An installation whose directory was changed after the first roles were found. */
  async function withGrants(...granted: readonly string[]) {
    const w = await installation({ identities: [] });
    await noteRoles(w.environment)();
    const give = (ids: readonly string[]) => {
      const people = SIGNING_PEOPLE.map(
        (each): Person => (ids.includes(each.personId) ? { ...each, roles: ['owner', 'auditor'] } : each),
      );
      const directory = directoryOf(people, TEAMS);
      return createHandler({
        ...w.deps,
        roles: { ...w.environment, people: { directory: async () => directory } },
      });
    };
    const askOf = async (handle: ReturnType<typeof give>, who: string, command: InstallationCommand) => {
      const body = JSON.stringify({ requestId: crypto.randomUUID(), command });
      const answer = await handle(gatewayEvent(arnOf(who), body));
      return { status: answer.statusCode, ...JSON.parse(answer.body) };
    };
    return { w, give, askOf, handle: give(granted) };
  }

  test('takes two, for the grants that waited when the first one asked', async () => {
    const { handle, give, askOf } = await withGrants('ada');
    const first = await askOf(handle, 'max', CONFIRM);
    const approve: string = first.result.waits.requestId;

    const more = await askOf(give(['ada', 'ben']), 'ida', { ...CONFIRM, approve });
    const same = await askOf(handle, 'ida', { ...CONFIRM, approve });

    expect(more).toMatchObject({ status: 403, error: { code: 'CONFLICT' } });
    expect(same.result).toEqual({ done: [{ personId: 'ada', role: 'auditor', granted: true }] });
  });

  test('is not asked for where nothing waits', async () => {
    const { give, askOf } = await withGrants();

    expect(await askOf(give([]), 'max', CONFIRM)).toMatchObject({ status: 404 });
  });

  test('is not asked for by whom it is about', async () => {
    const { give, askOf } = await withGrants();

    expect(await askOf(give(['max']), 'max', CONFIRM)).toMatchObject({
      status: 403,
      error: { code: 'SECOND_PERSON' },
    });
  });
});
