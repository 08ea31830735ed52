// The runbook and the way to deploy, against the code they speak of.
import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { createCelExpressions } from '../../lib/adapters/cel/expressions.ts';
import { parseDirectoryFile } from '../../lib/adapters/people/directory-file.ts';
import { BOT_EVENTS, BOT_SCOPES } from '../../lib/adapters/slack/scopes.ts';
import { readDefinition } from '../../lib/application/apply-definition.ts';
import { run } from '../../lib/cli/run.ts';
import {
  formatVerifierKey,
  SIGNATURE_TYPE,
  verifierKey,
} from '../../lib/domain/attestation/log/verifier-key.ts';
import { instantOf } from '../../lib/domain/time.ts';
import { FUNCTION_NAMES, FUNCTIONS, QUEUES } from '../../lib/functions.ts';
import { SERVICE_ALARMS, WITNESS_ALARMS } from '../../lib/infrastructure/alarm-list.ts';
import { StageConfig } from '../../lib/infrastructure/config/stage-config.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const RUNBOOK = read('docs/runbook.md');
const DEPLOY = read('docs/deploy.md');

const anchorsOf = (page: string): string[] =>
  [...page.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
const blocksOf = (page: string, language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, text = '']) => text,
  );

describe('the runbook', () => {
  it.each([...SERVICE_ALARMS, ...WITNESS_ALARMS].map(({ id, anchor }) => [id, anchor]))(
    'has a section for the alarm %s',
    (_id, anchor) => {
      expect(anchorsOf(RUNBOOK)).toContain(anchor);
    },
  );

  it('has every section that a message of ours points to, as has the way to deploy', () => {
    const files = globSync(['lib/**/*.ts', 'lambdas/*.ts', 'bin/*.ts'], { cwd: ROOT });
    const pointers = files.flatMap((file) =>
      [...read(file).matchAll(/docs\/(runbook|deploy)\.md#([a-z0-9-]+)/g)].map(([, page, anchor]) => [
        page,
        anchor,
      ]),
    );
    expect(pointers.length).toBeGreaterThan(5);
    for (const [page, anchor] of pointers)
      expect(anchorsOf(page === 'deploy' ? DEPLOY : RUNBOOK)).toContain(anchor);
  });

  it('says of each queue what is not done when its messages are given up', () => {
    const rows = [...RUNBOOK.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, queue = '']) => queue);
    expect(rows.toSorted()).toEqual(Object.keys(QUEUES).toSorted());
  });

  it('names every function that reads Slack’s secret', () => {
    const listed = /^Slack's secret is read by [^:]*: (.*)\. The cookies' secret is read by `(.*)`/m.exec(
      RUNBOOK,
    );
    const named = [...(listed?.[1] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, name = '']) => name);
    expect(named.toSorted()).toEqual(FUNCTION_NAMES.filter((name) => FUNCTIONS[name].slack).toSorted());
    expect([listed?.[2]]).toEqual(FUNCTION_NAMES.filter((name) => FUNCTIONS[name].serves));
  });

  it('names functions that exist', () => {
    const named = [...`${RUNBOOK}${DEPLOY}`.matchAll(/countersign-(?:S|prod)-([a-z-]+[a-z])/g)].map(
      ([, name = '']) => name,
    );
    const others = ['schedules', 'open-campaign', 'failed-invocations', 'Q-dead-letters'];
    expect(named.length).toBeGreaterThan(5);
    for (const name of named) expect([...FUNCTION_NAMES, ...others]).toContain(name);
  });
});

/** Every command line of ours on a page, in blocks and in running text. */
const commandLines = [RUNBOOK, DEPLOY].flatMap((page) => [
  ...blocksOf(page, 'text').flatMap((block) =>
    block.split('\n').filter((line) => line.startsWith('countersign ')),
  ),
  ...[...page.matchAll(/`(countersign [a-z][^`]*)`/g)].map(([, line = '']) => line),
]);

describe('the commands of runbook and deployment', () => {
  it.each([...new Set(commandLines)])('%s exists, with its options', async (line) => {
    const words = line
      .replaceAll(/"[^"]*"/g, 'TEXT')
      .split(' ')
      .slice(1);
    const end = words.findIndex((word) => !/^[a-z]+$/.test(word));
    const path = end === -1 ? words : words.slice(0, end);
    const said = await helpOf(path);
    for (const option of words.filter((word) => word.startsWith('--')))
      expect(said, `${option} of ${line}`).toMatch(new RegExp(`${option}[ <]`));
  });
});

/** Help of a command; words at its end that are arguments are left out. */
async function helpOf(path: readonly string[]): Promise<string> {
  for (let length = path.length; length > 0; length -= 1) {
    let said = '';
    const stream = { write: (text: string) => void (said += text), isTerminal: false, columns: 200 };
    const code = await run([...path.slice(0, length), '--help'], {
      out: stream,
      err: stream,
      env: {},
      cwd: ROOT,
      now: () => instantOf(0),
      interrupted: new AbortController().signal,
    });
    // A word that is no subcommand shows the help of its parent: then it must be an argument.
    const usage = /^Usage: countersign (.*)$/m.exec(said)?.[1] ?? '';
    if (code === 0 && usage.startsWith(path.slice(0, length).join(' '))) {
      expect(length === path.length || /[<[](?!options|command)/.test(usage), path.join(' ')).toBe(true);
      return said;
    }
  }
  throw new Error(`There is no command "${path.join(' ')}".`);
}

describe('the way to deploy', () => {
  it('has a Slack manifest with the scopes and events the code needs, and one address', () => {
    const manifest = z
      .looseObject({
        oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
        settings: z.looseObject({
          event_subscriptions: z.object({ request_url: z.url(), bot_events: z.array(z.string()) }),
          interactivity: z.object({ is_enabled: z.literal(true), request_url: z.url() }),
        }),
        features: z.looseObject({
          slash_commands: z.array(z.looseObject({ command: z.string(), url: z.url() })),
        }),
      })
      .parse(parse(blocksOf(read('docs/slack-app.md'), 'yaml')[0] ?? ''));

    const { event_subscriptions: events, interactivity } = manifest.settings;
    const [command] = manifest.features.slash_commands;
    expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual(Object.keys(BOT_SCOPES).toSorted());
    expect(events.bot_events).toEqual([...BOT_EVENTS]);
    expect(command?.command).toBe('/countersign');
    expect(new Set([events.request_url, interactivity.request_url, command?.url]).size).toBe(1);
    expect(events.request_url).toMatch(/\/slack\/events$/);
  });

  it('has a first definition that can be applied with the example’s people', () => {
    const text = blocksOf(DEPLOY, 'yaml').find((block) => block.startsWith('apiVersion')) ?? '';
    const people = parseDirectoryFile(read('config/example/people.yaml'), 'people.yaml');
    const expressions = createCelExpressions({ clock: { now: () => instantOf(0) } });

    const definition = readDefinition(parse(text), people, expressions, 'review.yaml');

    expect(definition.enforcement.defaultMode).toBe('shadow');
    expect(definition.timeline).toMatchObject({ reviewDays: 21, graceDays: 5 });
    expect(read('config/example.yaml')).toContain(definition.definitionId);
  });

  it('names keys of the configuration that exist', () => {
    const table = DEPLOY.split('| key | what |')[1]?.split('\n\n')[0] ?? '';
    const named = [...table.matchAll(/`([a-z]+)(?:\.[a-zA-Z]+)?`/g)].map(([, key = '']) => key);
    const keys = Object.keys(StageConfig.shape);

    expect(named.length).toBeGreaterThan(8);
    for (const key of named.filter((word) => word !== 'prod')) expect(keys).toContain(key);
  });

  it('makes a witness’s verifier key from what KMS says', () => {
    const line = blocksOf(DEPLOY, 'text').find((block) => block.startsWith('node -e')) ?? '';
    const script = /^node -e "(.*)" witness/.exec(line)?.[1] ?? '';
    const spki = createPublicKey(generateKeyPairSync('ed25519').privateKey).export({
      format: 'der',
      type: 'spki',
    });

    const said = execFileSync(
      process.execPath,
      ['-e', script, 'witness.example.com/w1', spki.toString('base64')],
      { cwd: ROOT, encoding: 'utf8' },
    );

    const raw = new Uint8Array(spki.subarray(-32));
    expect(said.trim()).toBe(
      formatVerifierKey(verifierKey('witness.example.com/w1', SIGNATURE_TYPE.cosignature, raw)),
    );
  });
});
