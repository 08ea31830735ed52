import { readFileSync } from 'node:fs';
import https, { Agent } from 'node:https';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebhookSettings } from '../../../lib/connectors/webhook/settings.ts';
import { type Automation, SECRET, startAutomation } from './automation.ts';
import { listOf, stateOf, targetOf, webhookOver } from './scene.ts';

let automation: Automation;
beforeEach(async () => {
  automation = await startAutomation();
  for (const name of ['a', 'b', 'c']) automation.add(name);
});
afterEach(async () => {
  await automation.close();
});

const locating = async (...over: Parameters<typeof webhookOver> | []) => {
  const target = await targetOf(webhookOver(automation.url), 'a');
  return webhookOver(over[0] ?? automation.url, over[1], over[2]).locate(target);
};

describe('a request', () => {
  it('names act, target, revision and deadline, and no two are signed alike', async () => {
    const connector = webhookOver(automation.url, { callbackUrl: 'https://countersign.example.com/hooks' });
    const target = await targetOf(connector, 'a');
    const before = Date.now();
    await connector.disable(target, await stateOf(connector, target));

    const sent = automation.asked.find(({ act }) => act === 'disable');
    expect(sent).toMatchObject({
      system: 'robots',
      target: { identityId: 'webhook/robots/api-key/a', kind: 'api-key', nativeId: 'a', name: 'Robot a' },
      revision: 'a-0',
      callbackUrl: 'https://countersign.example.com/hooks',
      requestId: expect.stringMatching(/^req-[0-9a-f]{32}$/),
      reviewedDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const minutes = (Date.parse(sent?.deadlineAt ?? '') - before) / 60_000;
    expect(Math.round(minutes)).toBe(60);
    expect(new Set(automation.asked.map(({ nonce }) => nonce)).size).toBe(automation.asked.length);
  });

  it('is not made without a secret worth the name', async () => {
    await expect(locating(automation.url, {}, { secret: () => 'short' })).rejects.toMatchObject({
      code: 'BAD_SETTING',
    });
  });

  it('is refused by the automation when the secrets differ, and says nothing of either', async () => {
    const other = 'some other secret that is long enough to be one';

    const failure = locating(automation.url, {}, { secret: () => other });

    await expect(failure).rejects.toMatchObject({ code: 'DENIED', retryable: false });
    await expect(failure).rejects.not.toThrow(other);
  });

  it('takes up a new secret within five minutes', async () => {
    let laterMs = 0;
    let value = 'an old secret which the automation no longer takes';
    const target = await targetOf(webhookOver(automation.url), 'a');
    const machine = { wallClock: () => Date.now() + laterMs, secret: () => value };
    const connector = webhookOver(automation.url, {}, machine);
    await expect(connector.locate(target)).rejects.toMatchObject({ code: 'DENIED' });
    value = SECRET;
    // The automation's clock goes along as far as it lets signatures be apart.
    laterMs = 299_000;
    await expect(connector.locate(target)).rejects.toMatchObject({ code: 'DENIED' });
    automation.goBy(() => Date.now() + 302_000);
    laterMs = 302_000;

    await expect(connector.locate(target)).resolves.toMatchObject({ found: 'one' });
  });
});

describe('a reply', () => {
  const forged = {
    'signed with another secret': (body: string, sign: (body: string, secret?: string) => string) =>
      sign(body, 'a guess of the shared secret, and a wrong one'),
    'changed after it was signed': (body: string, sign: (body: string) => string) => sign(`${body} `),
    'not signed': () => undefined,
  };

  it.each(Object.entries(forged))('counts for nothing when it is %s', async (_how, headerFor) => {
    const target = await targetOf(webhookOver(automation.url), 'a');
    automation.behave((asked, { response, sign }) => {
      const lie = { status: 'done', found: 'one', target: { enabled: false, state: '', revision: '1' } };
      const body = JSON.stringify({ schemaVersion: 1, requestId: asked.requestId, ...lie });
      const header = headerFor(body, sign);
      response.writeHead(200, header === undefined ? {} : { 'countersign-signature': header }).end(body);
      return 'handled';
    });
    const connector = webhookOver(automation.url);

    for (const act of ['locate', 'verify'] as const) {
      const failure =
        act === 'locate'
          ? connector.locate(target)
          : connector.verify(target, {} as never, '2026-03-01T09:00:00.000Z' as never);
      await expect(failure).rejects.toMatchObject({
        code: 'REJECTED',
        retryable: false,
        message: expect.stringContaining('signed'),
      });
    }
  });

  it('to an earlier request, played back word for word, counts for nothing', async () => {
    const target = await targetOf(webhookOver(automation.url), 'a');
    let kept: { readonly body: string; readonly header: string } | undefined;
    automation.behave((asked, { honest, response, sign }) => {
      const body = JSON.stringify({ schemaVersion: 1, requestId: asked.requestId, ...honest() });
      kept ??= { body, header: sign(body) };
      response.writeHead(200, { 'countersign-signature': kept.header }).end(kept.body);
      return 'handled';
    });

    await expect(locating()).rejects.toMatchObject({ code: 'REJECTED' });
    await expect(webhookOver(automation.url).locate(target)).rejects.toThrow(/not signed with the shared/);
  });

  it('that was signed too long ago counts for nothing', async () => {
    const target = await targetOf(webhookOver(automation.url), 'a');
    let laterMs = 0;
    const connector = webhookOver(automation.url, {}, { wallClock: () => Date.now() + laterMs });
    automation.behave(() => {
      laterMs = 302_000;
      return undefined;
    });

    await expect(connector.locate(target)).rejects.toThrow(/signed more than 300 s away/);
  });

  it.each([
    [{ status: 'done', found: 'one' }, /target/],
    [{ status: 'perhaps' }, /status/],
    [{ status: 'done', found: 'one', target: { enabled: 'no', state: '', revision: '1' } }, /enabled/],
    [
      { status: 'done', found: 'one', target: { enabled: true, state: 'x'.repeat(8_193), revision: '1' } },
      /state/,
    ],
    [{ requestId: 'req-another', status: 'unknown' }, /another request/],
  ])('that is not as agreed is refused: %j', async (reply, why) => {
    const target = await targetOf(webhookOver(automation.url), 'a');
    automation.behave(() => reply);

    await expect(webhookOver(automation.url).locate(target)).rejects.toThrow(why);
  });

  it('is read up to 256 kB and not a byte further', async () => {
    const target = await targetOf(webhookOver(automation.url), 'a');
    let written = 0;
    automation.behave((_asked, { response }) => {
      response.writeHead(200);
      const more = (): void => {
        while (written < 50_000_000 && !response.destroyed) {
          written += 65_536;
          if (!response.write(Buffer.alloc(65_536))) {
            response.once('drain', more);
            return;
          }
        }
      };
      more();
      return 'handled';
    });

    await expect(webhookOver(automation.url).locate(target)).rejects.toThrow(/larger than 262144 bytes/);
    expect(written).toBeLessThan(20_000_000);
  });

  it('that comes a drop at a time is given up on in the same time', async () => {
    const target = await targetOf(webhookOver(automation.url), 'a');
    automation.behave((_asked, { response }) => {
      response.writeHead(200);
      const drops = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(drops));
      return 'handled';
    });

    await expect(webhookOver(automation.url, { timeoutSeconds: 1 }).locate(target)).rejects.toMatchObject({
      code: 'TIMEOUT',
      retryable: true,
    });
  });

  it('that never comes is waited for no longer than the settings say', async () => {
    const target = await targetOf(webhookOver(automation.url), 'a');
    automation.behave(() => 'handled');

    await expect(webhookOver(automation.url, { timeoutSeconds: 1 }).locate(target)).rejects.toMatchObject({
      code: 'TIMEOUT',
      retryable: true,
    });
  });

  it.each([
    [503, { 'retry-after': '7' }, { code: 'THROTTLED', retryable: true, retryAfterMs: 7_000 }],
    [429, { 'retry-after': '999999999' }, { code: 'THROTTLED', retryable: true, retryAfterMs: 3_600_000 }],
    [500, {}, { code: 'UNAVAILABLE', retryable: true }],
    [403, {}, { code: 'DENIED', retryable: false }],
    [418, {}, { code: 'REJECTED', retryable: false }],
  ])(
    'with status %i says what to do next, and its body is not repeated',
    async (status, headers, expected) => {
      const target = await targetOf(webhookOver(automation.url), 'a');
      automation.behave((_asked, { response }) => {
        response.writeHead(status, headers).end('<script>password=hunter2</script>');
        return 'handled';
      });

      const failure = webhookOver(automation.url).locate(target);

      await expect(failure).rejects.toMatchObject(expected);
      await expect(failure).rejects.not.toThrow(/hunter2|script/);
    },
  );

  it('that is compressed, which could grow without end, is not read', async () => {
    const target = await targetOf(webhookOver(automation.url), 'a');
    automation.behave((_asked, { response }) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
      return 'handled';
    });

    await expect(webhookOver(automation.url).locate(target)).rejects.toThrow(/compressed/);
  });

  it('that sends on to a metadata address is not followed', async () => {
    const target = await targetOf(webhookOver(automation.url), 'a');
    automation.behave((_asked, { response }) => {
      response.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
      return 'handled';
    });

    await expect(webhookOver(automation.url).locate(target)).rejects.toThrow(/status 307: redirects are not/);
  });

  it('may hold a reason, which is told on one line, short, and without what looks like a secret', async () => {
    const target = await targetOf(webhookOver(automation.url), 'a');
    const reason = `no\r\n\u202Eright: token=ghp_${'a'.repeat(36)} Bearer abcdefghijklmnop ${'long '.repeat(300)}`;
    automation.behave(() => ({ status: 'failed', reason }));

    const failure: unknown = await webhookOver(automation.url)
      .locate(target)
      .catch((error: unknown) => error);

    const { message } = failure as Error;
    expect(message).toMatch(/^locate: the automation failed: "no right: \[masked\]/);
    expect(message).not.toMatch(/ghp_|abcdefghijklmnop|[\r\n\u202E]/);
    expect(message.length).toBeLessThan(260);
  });
});

describe('where requests go', () => {
  const named = (url: string) => url.replace('127.0.0.1', 'automation.test');
  const ca = readFileSync(new URL('../../fixtures/tls/automation.cert.pem', import.meta.url), 'utf8');
  const key = readFileSync(new URL('../../fixtures/tls/automation.key.pem', import.meta.url), 'utf8');
  let tls: Automation;
  beforeEach(async () => {
    tls = await startAutomation({ key, cert: ca });
    tls.add('a');
  });
  afterEach(async () => {
    await tls.close();
  });

  it('is the address that was checked: the name is looked up once for each request', async () => {
    let lookups = 0;
    const resolve = async (hostname: string) => {
      lookups += 1;
      expect(hostname).toBe('automation.test');
      return [{ address: '127.0.0.1' }];
    };

    const identities = await listOf(webhookOver(named(tls.url), { ca }, { resolve }));

    expect(identities).toHaveLength(1);
    expect(lookups).toBe(tls.asked.length);
  });

  it('is nowhere once the name is bound anew to a metadata address', async () => {
    const answers = ['127.0.0.1', '169.254.169.254'];
    const resolve = async () => [{ address: answers.shift() ?? '169.254.169.254' }];
    const connector = webhookOver(named(tls.url), { ca }, { resolve });
    const target = await targetOf(connector, 'a');

    await expect(connector.locate(target)).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: expect.stringContaining('169.254.169.254'),
    });
    expect(tls.asked).toHaveLength(1);
  });

  it('is nowhere when the certificate is of no known authority', async () => {
    const resolve = async () => [{ address: '127.0.0.1' }];
    const connector = webhookOver(named(tls.url), { retryBudget: 0 }, { resolve });

    await expect(listOf(connector)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(tls.asked).toHaveLength(0);
  });

  it('is not by way of a proxy, whatever agent everything else here uses', async () => {
    // What Node makes of HTTPS_PROXY where NODE_USE_ENV_PROXY is set.
    const proxied = new Agent({ proxyEnv: { HTTPS_PROXY: 'http://127.0.0.1:9' } });
    const usual = https.globalAgent;
    https.globalAgent = proxied;
    try {
      const resolve = async () => [{ address: '127.0.0.1' }];
      expect(await listOf(webhookOver(named(tls.url), { ca }, { resolve }))).toHaveLength(1);
    } finally {
      https.globalAgent = usual;
      proxied.destroy();
    }
  });

  it('is not asked for longer than the time of a request when the name server hangs', async () => {
    const resolve = () => new Promise<never>(() => undefined);
    const connector = webhookOver(named(tls.url), { ca, timeoutSeconds: 1, retryBudget: 0 }, { resolve });

    await expect(listOf(connector)).rejects.toMatchObject({ code: 'TIMEOUT' });
  });
});

describe('settings', () => {
  const good = { url: 'https://automation.example.com/hook', secret: 'env:WEBHOOK', system: 'robots' };

  it('give the automation an hour unless they say otherwise', () => {
    expect(WebhookSettings.parse(good)).toMatchObject({
      deadlineMinutes: 60,
      timeoutSeconds: 10,
      local: false,
    });
  });

  it.each([
    [{ url: 'http://automation.example.com/' }, 'url'],
    [{ url: 'https://169.254.169.254/' }, 'url'],
    [{ url: 'https://a:b@automation.example.com/' }, 'url'],
    [{ callbackUrl: 'http://countersign.example.com/' }, 'callbackUrl'],
    [{ system: 'two words' }, 'system'],
    [{ allowNetworks: ['10.0.0.0'] }, 'allowNetworks'],
    [{ ca: '/etc/ssl/own.pem' }, 'ca'],
    [{ deadlineMinutes: 0 }, 'deadlineMinutes'],
    [{ secretValue: 'x' }, ''],
  ])('that are wrong are refused, naming the field: %j', (change, field) => {
    const issues = WebhookSettings.safeParse({ ...good, ...change }).error?.issues ?? [];

    expect(issues.map(({ path }) => path[0] ?? '')).toContain(field);
  });
});
