import { afterAll, describe, expect, test } from 'vitest';
import { createSesClient } from '../../lib/adapters/ses/email-messenger.ts';
import { BOT_SCOPES } from '../../lib/adapters/slack/scopes.ts';
import { createSlackClient } from '../../lib/adapters/slack/upstream.ts';
import { noteRoles } from '../../lib/application/governance/role-book.ts';
import { create } from '../../lib/application/ports/review-store.ts';
import { formatVerifierKey } from '../../lib/domain/attestation/log/verifier-key.ts';
import { UpstreamError } from '../../lib/domain/errors.ts';
import { HOUR_MS, plusDays, plusMs } from '../../lib/domain/time.ts';
import { startSes } from '../../lib/local/ses/start-ses.ts';
import { doorChecks } from '../../lib/runtime/doctor/door-checks.ts';
import { type Check, examine, type Finding } from '../../lib/runtime/doctor/examine.ts';
import { governanceChecks } from '../../lib/runtime/doctor/governance-checks.ts';
import { operationChecks } from '../../lib/runtime/doctor/operation-checks.ts';
import { principalsCheck } from '../../lib/runtime/doctor/principals-check.ts';
import { sealedWorld } from '../support/evidence/sealed-world.ts';
import { arnOf, SIGNING_PEOPLE } from '../support/installation.ts';
import { ownedIdentity } from '../support/reviews.ts';
import { MONDAY, PEOPLE, person, world } from '../support/world.ts';

const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

/** What the checks found, by id. */
async function findings(checks: readonly Check[]): Promise<Record<string, Finding>> {
  const { results } = await examine(checks);
  return Object.fromEntries(results.map(({ id, ...finding }) => [id, finding]));
}

const outcomes = (found: Record<string, Finding>) =>
  Object.fromEntries(Object.entries(found).map(([id, { outcome }]) => [id, outcome]));

describe('an examination', () => {
  const check = (id: string, run: Check['run']): Check => ({ id, title: id, run });

  test('goes on after a check that fails, and calls it unchecked', async () => {
    const { results } = await examine([
      check('broken', () => Promise.reject(new Error('no way in'))),
      check('fine', async () => ({ outcome: 'ok', found: 'all well' })),
    ]);
    expect(results).toMatchObject([
      { id: 'broken', outcome: 'unchecked', found: 'no way in' },
      { id: 'fine', outcome: 'ok', found: 'all well' },
    ]);
  });

  test('says which permission to give where one was lacking', async () => {
    const denied = new UpstreamError({
      code: 'DENIED',
      provider: 'ses',
      retryable: false,
      message: 'ses:GetAccount is not allowed',
    });
    const { results } = await examine([check('SES account', () => Promise.reject(denied))]);
    expect(results).toMatchObject([
      {
        outcome: 'unchecked',
        found: 'ses:GetAccount is not allowed',
        fix: expect.stringContaining('permission'),
      },
    ]);
  });
});

describe('people and definitions', () => {
  const checksOf = (w: Awaited<ReturnType<typeof world>>) =>
    governanceChecks({ environment: w.environment, roles: w.environment });

  test('of an organisation that can hold reviews are fine', async () => {
    const people = [...PEOPLE, person('ida', { roles: ['owner', 'admin'] })];
    const w = await world({ identities: [ownedIdentity('a', 'ada')], people });
    await w.open();
    const found = await findings(checksOf(w));
    expect(found['people']).toMatchObject({ outcome: 'ok', found: expect.stringContaining('8 active') });
    expect(found['definitions']).toMatchObject({ outcome: 'ok', found: 'quarterly.' });
    expect(found['two-people']).toMatchObject({ outcome: 'ok' });
  });

  test('before anything was applied, with one who may govern, say what is missing', async () => {
    const people = PEOPLE.filter(({ personId }) => personId !== 'sam');
    const w = await world({ identities: [], people });
    const found = await findings(checksOf(w));
    expect(outcomes(found)).toMatchObject({ people: 'ok', 'two-people': 'problem', definitions: 'problem' });
    expect(found['definitions']).toMatchObject({ fix: expect.stringContaining('definitions apply') });
  });

  test('of a definition whose manager left is a problem', async () => {
    const w = await world({ identities: [ownedIdentity('a', 'ada')] });
    await w.open();
    const people = PEOPLE.map((each) => (each.personId === 'max' ? { ...each, active: false } : each));
    const without = await world({ identities: [], people });
    const environment = { ...w.environment, people: without.environment.people };
    const found = await findings(governanceChecks({ environment, roles: environment }));
    expect(found['definitions']).toMatchObject({
      outcome: 'problem',
      found: 'quarterly names nobody active as manager.',
    });
  });

  test('that were given roles nobody confirmed are named', async () => {
    const w = await world({ identities: [] });
    await noteRoles(w.environment)();
    expect((await findings(checksOf(w)))['roles']).toMatchObject({ outcome: 'ok' });
    const people = [...PEOPLE, person('ida', { roles: ['owner', 'admin'] })];
    const promoted = await world({ identities: [], people });
    const roles = { ...w.environment, people: promoted.environment.people };
    const found = await findings(governanceChecks({ environment: roles, roles }));
    expect(found['roles']).toMatchObject({
      outcome: 'problem',
      found: 'Not confirmed yet: admin of ida.',
      fix: expect.stringContaining('roles confirm'),
    });
  });

  test('who look after reviews need AWS principals', async () => {
    const ready = await world({ identities: [], people: SIGNING_PEOPLE });
    expect(await principalsCheck(ready.environment).run()).toMatchObject({ outcome: 'ok' });
    const people = SIGNING_PEOPLE.map((each) =>
      each.awsPrincipals.includes(arnOf('max')) ? { ...each, awsPrincipals: [] } : each,
    );
    const w = await world({ identities: [], people });
    expect(await principalsCheck(w.environment).run()).toMatchObject({
      outcome: 'problem',
      found: 'None for max: they cannot use the command.',
    });
  });
});

describe('what happens by the clock', () => {
  const identities = [ownedIdentity('a', 'ada')];
  const look = async (w: Awaited<ReturnType<typeof sealedWorld>>) =>
    findings(operationChecks({ environment: w.environment, ledger: w.ledger }));

  test('is fine while all of it happens', async () => {
    const w = await sealedWorld({ identities });
    await w.openSealed();
    const all = { inventory: 'ok', log: 'ok', keys: 'ok', campaigns: 'ok', switch: 'ok' };
    const found = await look(w);
    expect(outcomes(found)).toMatchObject(all);
    expect(found['keys']?.found).toContain(`log ${formatVerifierKey(w.logKey)}`);
  });

  test('on a fresh installation lacks an inventory and nothing else', async () => {
    const w = await sealedWorld({ identities });
    expect(outcomes(await look(w))).toEqual({
      inventory: 'problem',
      schedules: 'ok',
      log: 'ok',
      keys: 'ok',
      campaigns: 'ok',
      switch: 'ok',
    });
  });

  test('and has stopped is found: old inventory, late work, a log that does not grow, a campaign past its close', async () => {
    const w = await sealedWorld({ identities });
    const campaign = await w.openSealed();
    w.setClock(plusMs(campaign.closeBy, 2 * HOUR_MS));
    const found = await look(w);
    expect(outcomes(found)).toEqual({
      inventory: 'problem',
      schedules: 'problem',
      log: 'problem',
      keys: 'ok',
      campaigns: 'problem',
      switch: 'ok',
    });
    expect(found['inventory']).toMatchObject({ fix: expect.stringContaining('countersign collect') });
  });

  test('and is partial or stopped by hand is found', async () => {
    const w = await sealedWorld({ identities });
    w.target.partial = true;
    await w.collect();
    const { store } = w.environment;
    const now = { schemaVersion: 1, version: 1, switchId: 'enforcement', at: MONDAY } as const;
    await store.commit([create('switch', { ...now, stopped: true, by: 'max', reason: 'outage' })]);
    expect(outcomes(await look(w))).toMatchObject({ inventory: 'problem', switch: 'problem' });
  });

  test('and never sealed anything is a problem after an hour, not before', async () => {
    const w = await sealedWorld({ identities });
    await w.open();
    expect((await look(w))['log']).toMatchObject({ outcome: 'ok' });
    w.setClock(plusDays(w.clock.now(), 1));
    expect((await look(w))['log']).toMatchObject({ outcome: 'problem' });
  });
});

describe('the doors', () => {
  /** Slack that answers `auth.test` so, with those scopes in its header. */
  const slackSaying = (answer: object, scopes?: readonly string[]) => ({
    teamId: 'T1',
    client: createSlackClient('xoxb-test', {
      fetch: async () =>
        Response.json(answer, scopes ? { headers: { 'x-oauth-scopes': scopes.join(',') } } : {}),
    }),
  });
  const me = { ok: true, team_id: 'T1', user: 'countersign', user_id: 'U1', bot_id: 'B1' };
  const all = Object.keys(BOT_SCOPES);
  const slackIs = async (slack: Parameters<typeof doorChecks>[0]) => {
    const unused = { client: createSesClient({ region: 'us-east-1' }), from: 'a@b.example' };
    const [check] = doorChecks(slack, unused);
    return (await findings(check ? [check] : []))['slack'];
  };

  test('are fine with a token of the right workspace that has every scope', async () => {
    expect(await slackIs(slackSaying(me, all))).toMatchObject({ outcome: 'ok' });
    expect(await slackIs(slackSaying(me, [...all, 'files:read']))).toMatchObject({ outcome: 'ok' });
    expect(await slackIs(undefined)).toMatchObject({ outcome: 'ok' });
  });

  test.each(all)('without the scope %s are not', async (scope) => {
    expect(
      await slackIs(
        slackSaying(
          me,
          all.filter((each) => each !== scope),
        ),
      ),
    ).toMatchObject({
      outcome: 'problem',
      found: `The token lacks ${scope}.`,
    });
  });

  test('with a bad token, or one of another workspace, are a problem; of unknown scopes unchecked', async () => {
    expect(await slackIs(slackSaying({ ok: false, error: 'invalid_auth' }))).toMatchObject({
      outcome: 'problem',
      found: expect.stringContaining('invalid_auth'),
    });
    expect(await slackIs(slackSaying({ ...me, team_id: 'T2' }, all))).toMatchObject({ outcome: 'problem' });
    expect(await slackIs(slackSaying(me))).toMatchObject({ outcome: 'unchecked' });
  });

  test.each([
    ['a verified domain in production', {}, { 'mail-account': 'ok', 'mail-identity': 'ok' }],
    ['the sandbox', { sandbox: true }, { 'mail-account': 'problem', 'mail-identity': 'ok' }],
    [
      'a domain whose records are missing',
      { identities: [{ identity: 'acme.example', verified: false }] },
      { 'mail-account': 'ok', 'mail-identity': 'problem' },
    ],
    [
      'a domain SES does not know',
      { identities: ['other.example'] },
      { 'mail-account': 'ok', 'mail-identity': 'problem' },
    ],
  ] as const)('of mail with %s', async (_what, options, expected) => {
    const clock = { now: () => MONDAY };
    const ses = await startSes({ clock, identities: ['acme.example'], ...options });
    closing.push(() => ses.close());
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = createSesClient({ endpoint: ses.endpoint, region: 'us-east-1', credentials });
    const mail = { client, from: 'Countersign <reviews@acme.example>' };
    expect(outcomes(await findings(doorChecks(undefined, mail)))).toMatchObject(expected);
  });
});
