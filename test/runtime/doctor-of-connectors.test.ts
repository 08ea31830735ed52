import { describe, expect, test } from 'vitest';
import { turnPart } from '../../lib/application/enforcement/back-to-shadow.ts';
import { InvalidInputError, UpstreamError } from '../../lib/domain/errors.ts';
import { plusDays } from '../../lib/domain/time.ts';
import { connectorChecks } from '../../lib/runtime/doctor/connector-checks.ts';
import { enforcementChecks } from '../../lib/runtime/doctor/enforcement-checks.ts';
import { type Check, examine, type Finding } from '../../lib/runtime/doctor/examine.ts';
import { answer, itemRef, ownedIdentity } from '../support/reviews.ts';
import { keepLog } from '../support/target-system.ts';
import { MONDAY, type World, world } from '../support/world.ts';

async function findings(checks: readonly Check[]): Promise<Record<string, Finding>> {
  const { results } = await examine(checks);
  return Object.fromEntries(results.map(({ id, ...finding }) => [id, finding]));
}

const one = ownedIdentity('one', 'ada');

async function collected(definition = {}): Promise<World> {
  const w = await world({ identities: [one], lenient: true, definition });
  await w.open();
  return w;
}

const REACH = 'connector/aws-iam/123456789012';
const LOG = 'log/aws-iam/123456789012';

const failing = (w: World, error: Error) =>
  Object.assign(w.target.connector, { locate: () => Promise.reject(error) });

const upstream = (code: 'DENIED' | 'TIMEOUT') =>
  new UpstreamError({ code, provider: 'iam', retryable: false, message: `iam says ${code}` });

describe('of a connector, doctor', () => {
  test('looks one identity up, and says that it reads no log', async () => {
    const w = await collected();

    const found = await findings(await connectorChecks(w.environment));

    expect(found[REACH]).toMatchObject({ outcome: 'ok', found: 'Reached: one was looked up.' });
    expect(found[LOG]).toMatchObject({ outcome: 'ok', found: expect.stringContaining('It reads none') });
    expect(found['permissions/aws-iam']).toMatchObject({ outcome: 'ok', found: 'It needs none.' });
  });

  test('says which log can be read', async () => {
    const w = await collected();
    keepLog(w.target, new Map());

    expect((await findings(await connectorChecks(w.environment)))[LOG]).toMatchObject({
      outcome: 'ok',
      found: 'a log of tests, 0 minutes behind.',
    });
  });

  test('tells what cannot be reached, and a secret that is not filled in', async () => {
    const w = await collected();
    failing(w, upstream('TIMEOUT'));
    const unreachable = (await findings(await connectorChecks(w.environment)))[REACH];
    failing(w, new InvalidInputError({ code: 'BAD_SETTING', message: 'passwordSecret is empty' }));
    const unfilled = (await findings(await connectorChecks(w.environment)))[REACH];

    expect(unreachable).toMatchObject({ outcome: 'problem', found: 'iam says TIMEOUT' });
    expect(unfilled).toMatchObject({
      outcome: 'problem',
      found: 'passwordSecret is empty',
      fix: expect.stringContaining('secret'),
    });
  });

  test('where it may not look says so, with the exact statement to add', async () => {
    const w = await collected();
    const permissions = [
      { action: 'iam:GetUser', resource: 'arn:aws:iam::*:user/*', for: 'collect', why: 'x' },
      { action: 'iam:UpdateAccessKey', resource: 'arn:aws:iam::*:user/*', for: 'disable', why: 'x' },
      { action: 'iam:DeleteUser', resource: 'arn:aws:iam::*:user/*', for: 'remove', why: 'x' },
    ];
    Object.assign(w.target.connector.manifest, { permissions });
    failing(w, upstream('DENIED'));

    const found = await findings(await connectorChecks(w.environment));

    expect(found[REACH]).toMatchObject({
      outcome: 'unchecked',
      fix: expect.stringContaining(
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:GetUser","iam:UpdateAccessKey"],"Resource":"arn:aws:iam::*:user/*"}]}',
      ),
    });
    expect(found['permissions/aws-iam']).toMatchObject({
      outcome: 'unchecked',
      found: expect.stringContaining('Those to collect are there (123456789012)'),
      fix: expect.stringContaining('"iam:DeleteUser"'),
    });
  });
});

describe('of enforcement, doctor', () => {
  test('says how much is armed and how much is in shadow', async () => {
    const w = await collected({ enforcement: { defaultMode: 'shadow' } });

    expect(await findings(enforcementChecks(w.environment))).toMatchObject({
      enforcement: { outcome: 'ok', found: '0 connectors and tiers are armed, 4 in shadow.' },
      exceptions: { outcome: 'ok', found: 'None.' },
    });
  });

  test('has what was sent back to shadow looked into', async () => {
    const w = await collected();
    const part = { connector: 'aws-iam', tier: 'high' } as const;
    await turnPart(w.environment)(part, { act: 'disarm', reason: 'one was wrong' }, w.who('sam'));

    expect((await findings(enforcementChecks(w.environment)))['enforcement']).toMatchObject({
      outcome: 'problem',
      found: expect.stringContaining('aws-iam/high (one was wrong)'),
      fix: expect.stringContaining('countersign enforcement arm'),
    });
  });

  test('tells an exception that is past its end', async () => {
    const w = await world({ identities: [one] });
    const ref = itemRef(await w.open(), one);
    const until = plusDays(MONDAY, 3);
    await answer(w, ref, 'ada', { verdict: 'except', reason: 'r', until, compensatingControl: 'c' });
    w.setClock(plusDays(MONDAY, 5));

    expect((await findings(enforcementChecks(w.environment)))['exceptions']).toMatchObject({
      outcome: 'problem',
      found: expect.stringContaining('/one'),
    });
  });
});
