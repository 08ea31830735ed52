import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { identityKeyOf } from '../../lib/domain/identity/identity-id.ts';
import { plusDays } from '../../lib/domain/time.ts';
import type { InstallationCommand } from '../../lib/runtime/control/installation-protocol.ts';
import { createHandler } from '../../lib/runtime/handlers/serve-control.ts';
import { arnOf, gatewayEvent, installation, SIGNING_PEOPLE } from '../support/installation.ts';
import { sampleIdentity } from '../support/sample-identity.ts';
import { DEFINITION, MONDAY } from '../support/world.ts';

const TIME = JSON.stringify({ requestId: crypto.randomUUID(), command: { do: 'time' } });
const owned = sampleIdentity({
  ownerHints: [{ role: 'technical', value: 'ada@acme.example', source: 'tag', detail: 'tag owner' }],
});

const plain = () => installation({ identities: [owned] });

describe('who calls a deployed installation', () => {
  test('is who the directory says the signing principal is', async () => {
    const { handle, clock } = await plain();

    const answer = await handle(gatewayEvent(arnOf('ada'), TIME));

    expect(answer).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/x-ndjson' } });
    expect(JSON.parse(answer.body)).toEqual({ result: { now: clock.now() } });
  });

  test('is read from a body in base64 as well', async () => {
    const { handle } = await plain();

    expect((await handle(gatewayEvent(arnOf('ada'), TIME, { base64: true }))).statusCode).toBe(200);
  });

  test.each([
    ['no authorizer', undefined],
    ['an authorizer of another kind', { lambda: { userArn: arnOf('max') } }],
    ['claims of a token', { jwt: { claims: { userArn: arnOf('max') }, scopes: null } }],
    ['an empty principal', { iam: { userArn: '' } }],
    ['several principals', { iam: { userArn: [arnOf('max')] } }],
    ['the account itself', { iam: { userArn: 'arn:aws:iam::123456789012:root' } }],
  ])('%s is nobody', async (_what, authorizer) => {
    const { handle, logged } = await plain();
    const event = gatewayEvent(arnOf('max'), TIME);
    const forged = {
      ...event,
      headers: { ...event.headers, 'x-amzn-iam-user-arn': arnOf('max') },
      requestContext: { ...event.requestContext, authorizer },
    };

    const answer = await handle(forged);

    expect(answer.statusCode).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({
      error: { family: 'refused', message: 'The call has no signature.' },
    });
    expect(logged.join()).toContain('request without a caller');
  });

  test('an unknown principal is told what to add, and where', async () => {
    const { handle } = await plain();
    const arn = 'arn:aws:iam::123456789012:user/new';

    const answer = await handle(gatewayEvent(arn, TIME));

    expect(answer.statusCode).toBe(403);
    expect(answer.body).toContain(arn);
    expect(answer.body).toContain('\\"awsPrincipals\\" of your entry in people.yaml');
  });

  test.each([
    ['another session of the same role', arnOf('max').replace('/max@', '/ada2@')],
    ['the role itself', 'arn:aws:iam::123456789012:user/AWSReservedSSO_Reviews_0123456789abcdef'],
    ['another account', arnOf('max').replace('123456789012', '210987654321')],
    ['other capitals', arnOf('max').replace('/max@', '/MAX@')],
    ['something after it', `${arnOf('max')}/x`],
  ])('%s is not the same principal', async (_what, arn) => {
    const { handle } = await plain();

    expect((await handle(gatewayEvent(arn, TIME))).statusCode).toBe(403);
  });

  test('a pattern in the directory admits nobody', async () => {
    const pattern = arnOf('ada').replace(/[^/]+$/, '*');
    const people = SIGNING_PEOPLE.map((each) =>
      each.personId === 'ada' ? { ...each, awsPrincipals: [pattern] } : each,
    );
    const { handle } = await installation({ identities: [], people });

    expect((await handle(gatewayEvent(arnOf('ada'), TIME))).statusCode).toBe(403);
  });

  test('a principal that two people claim is neither', async () => {
    const people = SIGNING_PEOPLE.map((each) => ({ ...each, awsPrincipals: [arnOf('max')] }));
    const { handle } = await installation({ identities: [], people });

    expect((await handle(gatewayEvent(arnOf('max'), TIME))).statusCode).toBe(403);
  });

  test('somebody who has left is refused', async () => {
    const { ask } = await plain();

    expect(await ask('gone', { do: 'time' })).toMatchObject({
      status: 403,
      error: { code: 'NOT_ELIGIBLE', message: expect.stringContaining('not an active full member') },
    });
  });

  test('nobody acts as somebody else', async () => {
    const { ask, open } = await plain();
    await open();

    for (const command of [
      { do: 'inbox', as: 'max' },
      { do: 'start-launch', definitionId: 'quarterly', as: 'ada' },
      { do: 'switch', act: 'stop', reason: 'x', as: 'sam' },
    ] as const) {
      expect(await ask('max', command)).toMatchObject({
        status: 400,
        error: { message: expect.stringContaining('--as') },
      });
    }
  });

  test('lets somebody else answer for a while, where the review allows them, and takes it back', async () => {
    const { ask, open } = await installation({
      identities: [owned],
      definition: { reviewers: { ...DEFINITION.reviewers, delegateTo: ['cleo'] } },
    });
    const { campaignId } = await open();
    const request = { verdict: 'certify', reason: 'in use' } as const;
    const decide = { do: 'decide', item: `${campaignId}/build-7`, request } as const;
    const until = plusDays(MONDAY, 5);
    const refused = { error: { code: 'NOT_ELIGIBLE' } };
    const to = (personId: string) => ({ do: 'delegate', to: personId, until, reason: 'away' }) as const;

    expect(await ask('ada', to('rita'))).toMatchObject(refused);
    expect(await ask('ada', to('cleo'))).toMatchObject({
      result: { text: 'Cleo may answer for you until 2026-09-12, in: Quarterly review.' },
    });
    const back = { do: 'end-delegation', to: 'cleo', reason: '' } as const;
    expect(await ask('ada', back)).toMatchObject({ result: { text: 'Cleo no longer answers for you.' } });
    expect(await ask('cleo', decide)).toMatchObject(refused);
    await ask('ada', to('cleo'));
    expect(await ask('cleo', decide)).toMatchObject({ result: { item: { decision: { by: 'cleo' } } } });
  });

  test('lets another answer from a day on, and in the place of somebody whose reviews they look after', async () => {
    const { ask, open } = await installation({
      identities: [owned],
      definition: { reviewers: { ...DEFINITION.reviewers, delegateTo: ['cleo'] } },
    });
    await open();
    const until = plusDays(MONDAY, 5);
    const fromAt = plusDays(MONDAY, 2);
    const forAda = { do: 'delegate', to: 'cleo', for: 'ada', fromAt, until, reason: 'away' } as const;

    expect(await ask('rita', forAda)).toMatchObject({ error: { code: 'NOT_ELIGIBLE' } });
    expect(await ask('max', forAda)).toMatchObject({
      result: { text: 'Cleo may answer for Ada from 2026-09-09 until 2026-09-12, in: Quarterly review.' },
    });
    expect(await ask('max', { do: 'end-delegation', to: 'cleo', for: 'ada', reason: '' })).toMatchObject({
      result: { text: 'Cleo no longer answers for Ada.' },
    });
  });

  test('is attested with the method, the account and the digest of the signed body', async () => {
    const { handle, open, environment } = await plain();
    const { campaignId } = await open();
    const command = {
      do: 'decide',
      item: `${campaignId}/build-7`,
      request: { verdict: 'certify', reason: 'nightly builds' },
    };
    const body = JSON.stringify({ requestId: crypto.randomUUID(), command });

    await handle(gatewayEvent(arnOf('ada'), body));

    const identityKey = identityKeyOf(owned.identityId);
    const item = await environment.store.get('item', { campaignId, identityKey });
    expect(item?.decision).toMatchObject({ verdict: 'certify', by: 'ada', method: 'aws-sts' });
    const envelopes: string[] = [];
    for (let shard = 0; shard < environment.store.inboxShards; shard += 1) {
      const { entries } = await environment.store.inbox(shard);
      envelopes.push(...entries.map(({ envelope }) => envelope));
    }
    const statements = envelopes.map((envelope) => {
      const { payload } = JSON.parse(envelope) as { payload: string };
      return Buffer.from(payload, 'base64').toString('utf8');
    });
    const decision = statements.find((text) => text.includes('/decision/'));
    const digest = Buffer.from(
      await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body)),
    ).toString('hex');
    for (const words of ['"aws-sts"', '"aws:123456789012"', digest]) expect(decision).toContain(words);
  });
});

describe('a request that is none', () => {
  test.each([
    ['nothing', '', 400],
    ['no JSON', '{"requestId":', 400],
    ['no command of ours', JSON.stringify({ requestId: crypto.randomUUID(), command: { do: 'down' } }), 400],
    ['no id', JSON.stringify({ command: { do: 'time' } }), 400],
    [
      'half a character',
      `{"requestId":"${crypto.randomUUID()}","command":{"do":"identity","called":"\\ud800"}}`,
      400,
    ],
    ['more than there may be', JSON.stringify({ requestId: 'x'.repeat(1_048_577) }), 413],
  ])('%s is refused', async (_what, body, status) => {
    const { handle } = await plain();

    const answer = await handle(gatewayEvent(arnOf('max'), body));

    expect(answer.statusCode).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({
      error: { family: 'invalid', code: 'MALFORMED_REQUEST' },
    });
  });

  test('is not measured by its base64, but by what it holds', async () => {
    const { handle } = await plain();
    const body = `${TIME}${' '.repeat(1_048_576 - TIME.length)}`;

    expect((await handle(gatewayEvent(arnOf('max'), body, { base64: true }))).statusCode).toBe(200);
    expect((await handle(gatewayEvent(arnOf('max'), `${body} `, { base64: true }))).statusCode).toBe(413);
  });
});

describe('what somebody may ask', () => {
  const table: readonly (readonly [string, string, InstallationCommand, number])[] = [
    ['ada', 'inbox', { do: 'inbox' }, 200],
    ['ada', 'the register', { do: 'identities' }, 403],
    ['ada', 'all campaigns', { do: 'campaigns' }, 403],
    ['ada', 'history', { do: 'history', limit: 10 }, 403],
    ['ada', 'a stop', { do: 'switch', act: 'stop', reason: 'x' }, 403],
    ['ada', 'a collection', { do: 'start-collect', connectors: [] }, 403],
    ['ada', 'a pack', { do: 'start-export', scope: { by: 'log' } }, 403],
    ['ada', 'a launch', { do: 'start-launch', definitionId: 'quarterly' }, 403],
    ['otto', 'the register', { do: 'identities' }, 200],
    ['otto', 'a pack', { do: 'start-export', scope: { by: 'log' } }, 200],
    ['otto', 'a launch', { do: 'start-launch', definitionId: 'quarterly' }, 403],
    ['otto', 'a collection', { do: 'start-collect', connectors: [] }, 403],
    ['sam', 'a stop', { do: 'switch', act: 'stop', reason: 'x' }, 200],
    ['max', 'a collection', { do: 'start-collect', connectors: [] }, 200],
    ['max', 'a launch', { do: 'start-launch', definitionId: 'quarterly' }, 200],
  ];

  test.each(table)('%s, %s: %j is %i', async (personId, _what, command, status) => {
    const { ask, open } = await plain();
    await open();

    expect(await ask(personId, command)).toMatchObject({ status });
  });

  test('a manager without any role looks after what they manage', async () => {
    const people = SIGNING_PEOPLE.map((each) =>
      each.personId === 'max' ? { ...each, roles: ['owner' as const] } : each,
    );
    const { ask, open } = await installation({ identities: [owned], people });
    await open();

    expect((await ask('max', { do: 'campaigns' })).status).toBe(200);
    expect((await ask('max', { do: 'start-launch', definitionId: 'quarterly' })).status).toBe(200);
    expect((await ask('max', { do: 'identities' })).status).toBe(403);
  });

  test('one person’s request id is not another’s', async () => {
    const { ask, open } = await plain();
    const { campaignId } = await open();
    const requestId = crypto.randomUUID();
    const command = {
      do: 'decide',
      item: `${campaignId}/build-7`,
      request: { verdict: 'certify', reason: 'mine' },
    } as const;

    const mine = await ask('ada', command, requestId);
    const again = await ask('ada', command, requestId);
    const others = await ask('cleo', command, requestId);

    expect(mine.status).toBe(200);
    expect(again.status).toBe(200);
    expect(others).toMatchObject({ status: 403, error: { code: 'NOT_ELIGIBLE' } });
  });
});

describe('an answer', () => {
  const many = () =>
    installation({
      identities: Array.from({ length: 1200 }, (_, n) => sampleIdentity({ name: `svc-${n}` })),
    });
  const LIST = JSON.stringify({ requestId: crypto.randomUUID(), command: { do: 'identities' } });

  test('that is large is packed for those who take it, and whole for others', async () => {
    const { handle, collect } = await many();
    await collect();

    const packed = await handle(gatewayEvent(arnOf('max'), LIST));
    const whole = await handle(
      gatewayEvent(arnOf('max'), LIST, { headers: { 'accept-encoding': 'identity' } }),
    );

    expect(packed).toMatchObject({ isBase64Encoded: true, headers: { 'content-encoding': 'gzip' } });
    expect(gunzipSync(Buffer.from(packed.body, 'base64')).toString()).toBe(whole.body);
    expect(JSON.parse(whole.body).result).toHaveLength(1200);
  });

  test('keeps to itself what went wrong inside; the log has it', async () => {
    const { deps, logged } = await plain();
    const store = {
      ...deps.environment.store,
      campaigns: () => Promise.reject(new Error('table prod-reviews-7 is on fire')),
    };
    const handle = createHandler({ ...deps, environment: { ...deps.environment, store } });
    const body = JSON.stringify({ requestId: crypto.randomUUID(), command: { do: 'campaigns' } });

    const answer = await handle(gatewayEvent(arnOf('max'), body));

    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('on fire');
    expect(answer.body).toContain('JKJaXmPLvHcESHA=');
    expect(logged.join()).toContain('on fire');
  });

  test('that there is nothing says so with 404', async () => {
    const { ask } = await plain();

    expect(await ask('max', { do: 'campaign', campaignId: 'nothing' })).toMatchObject({ status: 404 });
  });
});
