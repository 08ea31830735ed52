// The Slack app's manifest against the calls the code makes: no scope more, none less.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appManifest } from '../../lib/adapters/slack/app-manifest.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const sources = globSync('lib/{adapters,application,presentation,runtime,deployed}/**/*.ts', { cwd: ROOT });

/** Scopes by method, as each method's page says. https://docs.slack.dev/reference/methods */
const SCOPES_OF: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.open': ['im:write'],
  // Members come without the scope of addresses, but then without their addresses.
  'users.list': ['users:read', 'users:read.email'],
  'views.open': [],
  'views.publish': [],
  'views.push': [],
  'views.update': [],
};

/** What the app subscribes to for each event it listens to, with the scope that each needs. */
const SUBSCRIPTIONS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  app_home_opened: { app_home_opened: [] },
  // https://docs.slack.dev/reference/events/message
  message: { 'message.channels': ['channels:history'], 'message.groups': ['groups:history'] },
};

const GROUPS = /\bclient\s*\.\s*([a-z]+)\s*\.\s*([a-zA-Z]+)\(/g;
const methods = [
  ...new Set(
    sources
      .filter((file) => file.includes('slack'))
      .flatMap((file) => [...readFileSync(join(ROOT, file), 'utf8').matchAll(GROUPS)])
      .map(([, group, method]) => `${group}.${method}`),
  ),
].toSorted();

const heard = sources
  .flatMap((file) => [...readFileSync(join(ROOT, file), 'utf8').matchAll(/\bapp\.event\('([a-z_.]+)'/g)])
  .flatMap(([, event = '']) => Object.entries(SUBSCRIPTIONS[event] ?? { [event]: [] }));

describe('the Slack app', () => {
  const manifest = appManifest('https://reviews.example.com/slack/events');

  it('calls the methods whose scopes are known here', () => {
    expect(methods).toEqual(Object.keys(SCOPES_OF).toSorted());
  });

  it('asks for the scopes of what it calls, of what it hears and of its command, and for no other', () => {
    const needed = [
      ...methods.flatMap((method) => SCOPES_OF[method] ?? []),
      ...heard.flatMap(([, scopes]) => scopes),
    ];

    expect(manifest.oauth_config.scopes.bot).toEqual([...new Set([...needed, 'commands'])].toSorted());
  });

  it('subscribes to the events it listens to', () => {
    expect(manifest.settings.event_subscriptions.bot_events).toEqual(heard.map(([event]) => event));
  });

  it('sends every kind of request to one address', () => {
    const { slash_commands: commands } = manifest.features;
    const { event_subscriptions: events, interactivity } = manifest.settings;

    expect(
      new Set([events.request_url, interactivity.request_url, ...commands.map(({ url }) => url)]),
    ).toEqual(new Set(['https://reviews.example.com/slack/events']));
  });
});
