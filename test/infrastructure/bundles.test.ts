import { createHmac } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { FUNCTION_NAMES, FUNCTIONS, type FunctionName, type FunctionUses } from '../../lib/functions.ts';
import { BUNDLED } from '../../lib/infrastructure/app.ts';
import {
  BUNDLE_OPTIONS,
  type Bundles,
  buildDigestOf,
  bundleFunctions,
} from '../../lib/infrastructure/bundle-functions.ts';
import { leaveOutOfBolt } from '../../lib/infrastructure/leave-out-of-bolt.ts';
import { commitOf, releaseOf } from '../../lib/infrastructure/release.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const KB = 1024;
const MB = KB * KB;

let bundles: Bundles;

beforeAll(async () => {
  bundles = await bundleFunctions({ root: ROOT, names: BUNDLED });
});

/** Packages of which a bundle holds any code. */
function packagesIn(name: string): Set<string> {
  const output = Object.entries(bundles.metafile.outputs).find(([path]) =>
    path.endsWith(`/${name}/index.mjs`),
  );
  const inputs = Object.entries(output?.[1].inputs ?? {}).filter(
    ([, { bytesInOutput }]) => bytesInOutput > 0,
  );
  expect(inputs.length).toBeGreaterThan(50);
  return new Set(inputs.flatMap(([path]) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
}

describe('the functions’ code', () => {
  test('is there for each function of the table and for the witness, and every entry file is one of them', () => {
    const entries = readdirSync(join(ROOT, 'lambdas')).filter((name) => name.endsWith('.ts'));

    expect(entries.map((name) => name.slice(0, -'.ts'.length)).toSorted()).toEqual([...BUNDLED].toSorted());
    expect([...bundles.byName.keys()]).toEqual(BUNDLED);
  });

  test('is small: every start reads it', () => {
    const larger: Readonly<Record<string, number>> = {
      'answer-slack': 2 * MB,
      // Over budget, and kept from growing: they bring mail, Slack and S3 at once, and most of them every connector.
      'collect-identities': 1.1 * MB,
      'chase-owners': 1.1 * MB,
      'advance-campaigns': 1.15 * MB,
      'apply-answers': 1.55 * MB,
      'serve-web': 1.55 * MB,
      'enforce-removals': 1.5 * MB,
      'verify-removals': 1.5 * MB,
      'keep-promises': 1.5 * MB,
      'serve-control': 1.8 * MB,
    };

    for (const { name, bytes } of bundles.byName.values()) {
      expect(bytes, name).toBeLessThanOrEqual(larger[name] ?? MB);
    }
  });

  test.each<[string, (uses: FunctionUses, name: FunctionName) => boolean]>([
    ['@aws-sdk/client-sesv2', ({ mails }) => mails],
    ['@aws-sdk/client-sfn', ({ opens }) => opens],
    ['@aws-sdk/client-sqs', ({ sends }) => sends.length > 0],
    ['@aws-sdk/client-lambda', ({ calls, ledger }) => calls.length > 0 || ledger === 'write'],
    ['@aws-sdk/client-iam', ({ connectors }) => connectors.length > 0],
    ['@aws-sdk/client-sts', ({ connectors }) => connectors.length > 0],
    ['pg', ({ connectors }) => connectors.length > 0],
    ['@slack/web-api', ({ slack }) => slack],
    ['@slack/bolt', (_uses, name) => name === 'answer-slack'],
    ['hono', ({ serves }) => serves],
  ])('brings %s only where it is used', (name, isUsed) => {
    const users = FUNCTION_NAMES.filter((fn) => packagesIn(fn).has(name));

    expect(users).toEqual(FUNCTION_NAMES.filter((fn) => isUsed(FUNCTIONS[fn], fn)));
  });

  test('brings nothing that is for machines of developers or for the deployment', () => {
    const strangers = [
      'aws-cdk-lib',
      'constructs',
      'cdk-nag',
      'esbuild',
      'dynalite',
      'commander',
      'express',
      'vitest',
    ];

    for (const name of BUNDLED) {
      expect(
        [...packagesIn(name)].filter((each) => strangers.includes(each)),
        name,
      ).toEqual([]);
    }
  });

  test('is the same bytes for the same source, wherever it is built', async () => {
    const elsewhere = temporaryFolder('source');
    for (const part of ['lib', 'lambdas', 'package.json', 'package-lock.json', 'tsconfig.json']) {
      cpSync(join(ROOT, part), join(elsewhere, part), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(elsewhere, 'node_modules'));
    const again = await bundleFunctions({ root: elsewhere, names: BUNDLED });

    expect([...again.byName.values()].map(({ name, sha256 }) => [name, sha256])).toEqual(
      [...bundles.byName.values()].map(({ name, sha256 }) => [name, sha256]),
    );
  });
});

describe('building', () => {
  function sourceTree(entry: string): string {
    const root = temporaryFolder('source');
    cpSync(join(ROOT, 'package-lock.json'), join(root, 'package-lock.json'));
    for (const folder of ['lib', 'lambdas'])
      cpSync(join(ROOT, 'docs', 'images'), join(root, folder), { recursive: true });
    writeFileSync(join(root, 'lambdas', 'one.ts'), entry);
    return root;
  }

  test('happens once for a source, and again when it changes', async () => {
    const root = sourceTree('export const handler = async () => 1;\n');
    const first = await bundleFunctions({ root, names: ['one'] });
    const { folder, sha256 } = first.byName.get('one')!;
    writeFileSync(join(folder, 'mark'), 'still the same folder');

    const second = await bundleFunctions({ root, names: ['one'] });
    expect(existsSync(join(second.byName.get('one')!.folder, 'mark'))).toBe(true);

    writeFileSync(join(root, 'lambdas', 'one.ts'), 'export const handler = async () => 2;\n');
    const third = await bundleFunctions({ root, names: ['one'] });
    expect(third.byName.get('one')?.sha256).not.toBe(sha256);
  });

  test('names entry files that are missing', async () => {
    const root = sourceTree('export const handler = 1;\n');

    await expect(bundleFunctions({ root, names: ['one', 'two', 'three'] })).rejects.toThrow(
      'lambdas: no entry file for two, three',
    );
  });

  test('leaves nothing behind that could be taken for a build when it fails', async () => {
    const root = sourceTree("import './nothing.ts';\nexport const handler = 1;\n");

    await expect(bundleFunctions({ root, names: ['one'] })).rejects.toThrow('nothing.ts');
    await expect(bundleFunctions({ root, names: ['one'] })).rejects.toThrow('nothing.ts');
  });
});

describe('a release', () => {
  test('is the digest of every function, and one over all of them', () => {
    const release = releaseOf(bundles, 'unknown');

    expect(release.manifest.bundles.map(({ name }) => name)).toEqual([...FUNCTION_NAMES]);
    expect(release.build).toMatch(/^[0-9a-f]{64}$/);
    // $ printf 'a 1\nb 2\n' | sha256sum
    expect(
      buildDigestOf([
        { name: 'b', sha256: '2' },
        { name: 'a', sha256: '1' },
      ]),
    ).toBe('2951835de33689a441bfa61bc7af99b1f0305ca8ec0ab4dd508f14f57b27ca23');
  });

  test('names the commit, or says that it is not known', () => {
    expect(commitOf(ROOT)).toMatch(/^([0-9a-f]{40}|unknown)$/);
    expect(commitOf(temporaryFolder('no-history'))).toBe('unknown');
  });
});

describe('what is left out of Bolt', () => {
  async function load(source: string): Promise<Record<string, unknown>> {
    const folder = mkdtempSync(join(ROOT, 'node_modules', '.countersign-bundle-'));
    try {
      const outfile = join(folder, 'index.mjs');
      await build({
        ...BUNDLE_OPTIONS,
        stdin: { contents: source, resolveDir: ROOT, loader: 'ts' },
        outfile,
        plugins: [leaveOutOfBolt],
      });
      expect(readFileSync(outfile).length).toBeLessThan(700 * KB);
      return (await import(pathToFileURL(outfile).href)) as Record<string, unknown>;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test.each(['ExpressReceiver', 'HTTPReceiver', 'SocketModeReceiver', 'FileInstallationStore'])(
    '%s can be named, and says so when it is made',
    async (name) => {
      const loaded = await load(`export { ${name} } from '@slack/bolt';`);
      const Made = loaded[name] as new (options: object) => unknown;

      expect(() => new Made({ signingSecret: 's', appToken: 'a' })).toThrow(/is left out of this bundle/);
    },
  );

  test('is not needed to answer Slack: a signed press goes through Bolt and is acknowledged', async () => {
    const { createSlackApp } = (await load(
      `export { createSlackApp } from './lib/adapters/slack/bolt-app.ts';`,
    )) as { createSlackApp: (deps: object) => (event: object) => Promise<{ statusCode: number }> };
    const signingSecret = 'a secret for this test';
    const handle = createSlackApp({
      signingSecret,
      botToken: 'none',
      teamId: 'T1',
      wallClock: Date.now,
      log: () => undefined,
    });
    const payload = {
      type: 'block_actions',
      team: { id: 'T1' },
      user: { id: 'U1' },
      actions: [{ type: 'button', action_id: 'of-somebody-else', block_id: 'b' }],
    };
    const body = `payload=${encodeURIComponent(JSON.stringify(payload))}`;
    const at = String(Math.floor(Date.now() / 1000));
    const signature = `v0=${createHmac('sha256', signingSecret).update(`v0:${at}:${body}`).digest('hex')}`;
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': at,
      'x-slack-signature': signature,
    };

    expect(await handle({ headers, body, isBase64Encoded: false })).toMatchObject({ statusCode: 200 });
    expect(await handle({ headers, body: `${body}&x=1`, isBase64Encoded: false })).toMatchObject({
      statusCode: 401,
    });
  });
});
