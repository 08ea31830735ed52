import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { plusDays } from '../../lib/domain/time.ts';
import { freshFolder, removeFolders, verifyAt } from '../support/evidence/sealed-world.ts';
import { type SigningKey, startGateway } from '../support/gateway.ts';
import { arnOf, installation, type TestInstallation } from '../support/installation.ts';
import { sampleIdentity } from '../support/sample-identity.ts';
import { terminal } from '../support/terminal.ts';

const keyOf = (personId: string): SigningKey => ({
  accessKeyId: `ASIA${personId.toUpperCase()}0000`,
  secretAccessKey: `secret of ${personId}`,
  sessionToken: `token of ${personId}`,
  arn: arnOf(personId),
});

/** What makes the SDK look nowhere but in the variables of this test. */
const NO_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
  AWS_SESSION_TOKEN: '',
  AWS_PROFILE: '',
  AWS_CONFIG_FILE: '/nowhere/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '',
  AWS_CONTAINER_CREDENTIALS_FULL_URI: '',
  AWS_WEB_IDENTITY_TOKEN_FILE: '',
};

let gateway: Awaited<ReturnType<typeof startGateway>>;
let behind: TestInstallation;
let at: ReturnType<typeof terminal>;

/** From now on, this person's keys are in the environment. */
function signedInAs(key: SigningKey | undefined): void {
  for (const [name, value] of Object.entries(NO_CREDENTIALS)) vi.stubEnv(name, value);
  if (!key) return;
  vi.stubEnv('AWS_ACCESS_KEY_ID', key.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', key.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', key.sessionToken ?? '');
}

beforeAll(async () => {
  gateway = await startGateway(['max', 'ida', 'ada', 'otto', 'sam'].map(keyOf));
});

afterAll(async () => {
  await gateway.close();
});

beforeEach(async () => {
  behind = await installation({
    identities: [
      sampleIdentity({
        ownerHints: [{ role: 'technical', value: 'ada@acme.example', source: 'tag', detail: 'tag owner' }],
      }),
    ],
    linkBase: gateway.packsUrl,
  });
  gateway.setBehind(behind);
  at = terminal({
    env: { COUNTERSIGN_ENDPOINT: gateway.url, AWS_REGION: 'eu-central-1' },
    pause: () => behind.runStarted(),
  });
  signedInAs(keyOf('max'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await removeFolders();
});

async function definitionFile(): Promise<string> {
  const file = join(await freshFolder(), 'review.yaml');
  await writeFile(
    file,
    'apiVersion: countersign.dev/v1\ndefinitionId: quarterly\nversion: 1\ntitle: Quarterly\n' +
      'reviewers: { fallback: fay, manager: max, approvers: risk, riskAcceptors: risk }\n',
  );
  return file;
}

describe('the command against a deployed installation', () => {
  test('signs with the caller’s own credentials, for the API and its region', async () => {
    const { code } = await at.run('campaign', 'status');

    expect(code).toBe(0);
    expect(gateway.seen.at(-1)).toMatchObject({ path: '/prod/control' });
    expect(gateway.seen.at(-1)?.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=ASIAMAX0000\/\d{8}\/eu-central-1\/execute-api\/aws4_request, /,
    );
  });

  test('a definition takes two people, each with their own keys; then it is launched and opens', async () => {
    const file = await definitionFile();
    const collected = await at.json('collect');
    const asked = await at.run('definitions', 'apply', file);
    const again = /--approve (rq-[0-9a-f]+)/.exec(asked.out)?.[1] ?? '';
    const alone = await at.run('definitions', 'apply', file, '--approve', again);
    signedInAs(keyOf('ida'));
    const applied = await at.json('definitions', 'apply', file, '--approve', again);
    const launched = await at.json('campaign', 'launch', 'quarterly');

    expect(collected.value?.['collections']).toMatchObject([{ connector: 'aws-iam', identities: 1 }]);
    expect(asked).toMatchObject({ code: 0, out: expect.stringContaining('nothing is done yet') });
    expect(asked.out).toContain(`countersign definitions apply ${file} --approve ${again}`);
    expect(alone).toMatchObject({ code: 3, err: expect.stringContaining('is your own') });
    expect(applied.value).toMatchObject({ applied: [{ definitionId: 'quarterly', changed: true }] });
    expect(launched).toMatchObject({
      code: 0,
      value: { state: 'open', launchedBy: 'ida', counts: { included: 1 } },
    });
  });

  test('starts and does not wait where it is told not to', async () => {
    const { campaignId } = await behind.open();
    behind.setClock(plusDays(behind.clock.now(), 1));

    const collected = await at.json('collect', '--no-wait');
    const launched = await at.json('campaign', 'launch', 'quarterly', '--no-wait');

    expect(collected.value).toMatchObject({ expected: ['aws-iam'], collections: [] });
    expect(launched.value).toMatchObject({ executionArn: expect.stringContaining(':execution:') });
    expect(launched.value?.['campaignId']).not.toBe(campaignId);
    expect(behind.started).toMatchObject({ collections: [{}], openings: [{ launchedBy: 'max' }] });
  });

  test('says when an opening does not begin, and where to look', async () => {
    await behind.open();
    const stuck = terminal({
      env: { COUNTERSIGN_ENDPOINT: gateway.url, AWS_REGION: 'eu-central-1' },
      pause: async () => undefined,
    });

    const { code, err } = await stuck.run('campaign', 'launch', 'quarterly', '--id', 'stuck');

    expect(code).toBe(1);
    expect(err).toContain('the opening of stuck did not begin; see the execution arn:aws:states:');
  });

  test('shows the caller’s own desk, and takes their answer', async () => {
    const { campaignId } = await behind.open();
    signedInAs(keyOf('ada'));

    const { value: desk } = await at.json('inbox');
    const decided = await at.json('decide', `${campaignId}/build-7`, 'certify', '--reason', 'in use');

    expect(desk?.['dockets']).toMatchObject([{ open: 1 }]);
    expect(decided.value?.['item']).toMatchObject({ decision: { by: 'ada', method: 'aws-sts' } });
  });

  test('who has something to do is for those who look after reviews', async () => {
    await behind.open();

    expect((await at.json('inbox', '--everyone')).value?.['people']).toMatchObject([{ personId: 'ada' }]);
    signedInAs(keyOf('ada'));
    expect(await at.run('inbox', '--everyone')).toMatchObject({
      code: 3,
      err: expect.stringContaining('"ada" may not do this'),
    });
  });

  test.each([['pack.zip'], ['pack']])('fetches a pack as %s, which verifies', async (name) => {
    await behind.open();
    signedInAs(keyOf('otto'));
    const folder = await freshFolder();

    const { code, value } = await at.json('evidence', 'export', '--all', '-o', join(folder, name));

    expect(code).toBe(0);
    expect(value).toMatchObject({ out: join(folder, name), trust: null, pack: { scope: { by: 'log' } } });
    expect((await verifyAt(join(folder, name))).verdict).toBe('passed');
    expect(await readdir(folder)).toEqual([name]);
  });

  test('throws away a pack that is not the one that was made', async () => {
    await behind.open();
    const folder = await freshFolder();
    const tampered = terminal({
      env: { COUNTERSIGN_ENDPOINT: gateway.url, AWS_REGION: 'eu-central-1' },
      pause: async () => {
        await behind.runStarted();
        for (const [name, bytes] of behind.shelf.files) {
          behind.shelf.files.set(name, new Uint8Array([...bytes.slice(0, -1), 1]));
        }
      },
    });

    const { code, err } = await tampered.run('evidence', 'export', '--all', '-o', join(folder, 'pack.zip'));

    expect(code).toBe(1);
    expect(err).toContain('it was thrown away');
    expect(await readdir(folder)).toEqual([]);
  });

  test('a pack about nothing ends as a refusal', async () => {
    await behind.open();
    const out = join(await freshFolder(), 'pack.zip');

    const { code, err } = await at.run('evidence', 'export', 'nothing', '-o', out);

    expect(code).toBe(2);
    expect(err).toContain('The log has nothing about campaign nothing.');
    await expect(readFile(out)).rejects.toThrow('ENOENT');
  });

  test('one person stops enforcement; the command for the second one can be copied', async () => {
    signedInAs(keyOf('sam'));
    const stopped = await at.run('switch', 'stop', '--reason', 'outage');
    const asked = await at.run('switch', 'start', '--reason', "it's over");
    const approve = /--approve (rq-[0-9a-f]+)/.exec(asked.out)?.[1] ?? '';
    signedInAs(keyOf('max'));
    const started = await at.json('switch', 'start', '--reason', "it's over", '--approve', approve);

    expect(stopped.out).toBe('Enforcement is stopped (outage).\n');
    expect(asked.out).toContain(String.raw`countersign switch start --reason 'it'\''s over' --approve rq-`);
    expect(started.value).toMatchObject({ stopped: false });
  });
});

describe('the command refuses', () => {
  test.each([
    [
      'a name instead of a signature',
      ['campaign', 'launch', 'quarterly', '--as', 'ida'],
      2,
      '--as: who acts on a deployed',
    ],
    [
      'a second person by name',
      ['switch', 'start', '--reason', 'x', '--approved-by', 'ida'],
      2,
      'acts themselves',
    ],
    [
      'two installations at once',
      ['identities', '--data-dir', 'x', '--endpoint', 'https://x.example'],
      2,
      'name one',
    ],
    ['an address without TLS', ['identities', '--endpoint', 'http://reviews.example.com'], 2, '--endpoint'],
    ['no address', ['identities', '--endpoint', 'reviews'], 2, '--endpoint'],
    ['no region', ['identities', '--region', 'Frankfurt'], 2, '--region'],
    [
      'what only the embedded stack has',
      ['local', 'status', '--endpoint', 'https://x.example'],
      2,
      'embedded stack',
    ],
    ['a demo elsewhere', ['demo', '--endpoint', 'https://x.example'], 2, 'embedded stack'],
  ] as const)('%s: %j', async (_what, argv, code, message) => {
    const refused = await at.run(...argv);

    expect(refused).toMatchObject({ code, err: expect.stringContaining(message) });
  });

  test('a name in the environment, where it would not be who acts', async () => {
    const named = terminal({
      env: { COUNTERSIGN_ENDPOINT: gateway.url, AWS_REGION: 'eu-central-1', COUNTERSIGN_AS: 'ida' },
    });

    expect(await named.run('inbox')).toMatchObject({
      code: 2,
      err: expect.stringContaining('COUNTERSIGN_AS'),
    });
  });

  test('to guess which installation is meant', async () => {
    const both = terminal({ env: { COUNTERSIGN_ENDPOINT: gateway.url, COUNTERSIGN_DATA_DIR: '/nowhere' } });

    expect(await both.run('identities')).toMatchObject({ code: 2, err: expect.stringContaining('both set') });
  });
});

describe('the command says what is wrong', () => {
  test('without credentials: how to get some', async () => {
    signedInAs(undefined);

    const { code, err } = await at.run('identities');

    expect(code).toBe(1);
    expect(err).toContain('AWS: no credentials to sign the call with');
    expect(err).toContain('aws sso login');
  });

  test.each([
    ['of the wrong region', keyOf('max'), ['--region', 'us-east-1']],
    ['with a wrong secret', { ...keyOf('max'), secretAccessKey: 'wrong' }, []],
    ['with a wrong session', { ...keyOf('max'), sessionToken: 'wrong' }, []],
    ['with keys nobody knows', { ...keyOf('max'), accessKeyId: 'ASIAUNKNOWN' }, []],
  ] as const)('when a signature %s is refused: in the API’s words', async (_what, key, options) => {
    signedInAs(key);

    const { code, err } = await at.run('identities', ...options);

    expect(code).toBe(1);
    expect(err).toContain('AWS refused the call ("Forbidden")');
    expect(err).toContain(`called in ${options[1] ?? 'eu-central-1'}`);
  });

  test('when there is no installation at the address', async () => {
    const elsewhere = `${gateway.packsUrl}/other`;

    expect(await at.run('identities', '--endpoint', elsewhere)).toMatchObject({
      code: 1,
      err: expect.stringContaining(`there is no installation at ${elsewhere}`),
    });
  });

  test('when nothing answers there', async () => {
    expect(await at.run('identities', '--endpoint', 'http://127.0.0.1:9')).toMatchObject({
      code: 1,
      err: expect.stringContaining('does not answer'),
    });
  });

  test('to somebody the directory does not know', async () => {
    const people = await installation({ identities: [], people: [] });
    gateway.setBehind(people);

    const { code, err } = await at.run('identities');

    expect(code).toBe(3);
    expect(err).toContain(arnOf('max'));
    expect(err).toContain('awsPrincipals');
  });
});
