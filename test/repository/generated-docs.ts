// Parts of the documentation that are made from the code, so that they cannot say something else.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { appManifest } from '../../lib/adapters/slack/app-manifest.ts';
import { BOT_SCOPES } from '../../lib/adapters/slack/scopes.ts';
import type { Capability } from '../../lib/application/ports/connector.ts';
import { connectorRegistry } from '../../lib/connectors/registry.ts';
import { CAMPAIGN_LIFECYCLE } from '../../lib/domain/campaign/campaign.ts';
import { NOTICE_LIFECYCLE } from '../../lib/domain/chase/notice.ts';
import { REMOVAL_LIFECYCLE } from '../../lib/domain/removal/removal.ts';
import { DOCKET_LIFECYCLE } from '../../lib/domain/review/docket.ts';
import { ITEM_LIFECYCLE } from '../../lib/domain/review/review-item.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** A part of a page, between `<!-- generated: name -->` and `<!-- /generated -->`. */
export interface GeneratedPart {
  readonly page: string;
  readonly name: string;
  readonly text: string;
}

type Table = Readonly<Record<string, Readonly<Partial<Record<string, string>>>>>;

/** A lifecycle as a Mermaid state diagram: the first state begins, a state that accepts nothing ends. */
export function lifecycleDiagram(table: Table): string {
  const states = Object.keys(table);
  const idOf = (state: string): string => state.replaceAll('-', '_');
  const names = states.filter((state) => state.includes('-'));
  const arrows = states.flatMap((from) => {
    const events = new Map<string, string[]>();
    for (const [event, to] of Object.entries(table[from] ?? {})) {
      if (to !== undefined) events.set(to, [...(events.get(to) ?? []), event]);
    }
    return [...events].map(([to, on]) => `${idOf(from)} --> ${idOf(to)} : ${on.join(', ')}`);
  });
  const ends = states.filter((state) => Object.keys(table[state] ?? {}).length === 0);
  return [
    '```mermaid',
    'stateDiagram-v2',
    ...names.map((state) => `  state "${state}" as ${idOf(state)}`),
    `  [*] --> ${idOf(states[0] ?? '')}`,
    ...arrows.map((arrow) => `  ${arrow}`),
    ...ends.map((state) => `  ${idOf(state)} --> [*]`),
    '```',
  ].join('\n');
}

/** The key shapes as the heading of a source file lists them. */
export function keyShapes(file: string): string {
  const heading = readFileSync(join(ROOT, file), 'utf8').split('\n');
  const lines = heading.filter((line) => line.startsWith('//   ')).map((line) => line.slice('//   '.length));
  return ['```text', ...lines, '```'].join('\n');
}

const sayHow = (capability: Capability): string =>
  capability.how === 'unsupported'
    ? `no: ${capability.reason}`
    : `${capability.how}: ${capability.description}`;

/** Every connector with what it can do, from the manifests. */
export function capabilityTable(): string {
  const rows = [...connectorRegistry.values()].flatMap(({ manifest: { id, capabilities } }) => [
    `| \`${id}\` | everything | collect | ${sayHow(capabilities.collect)} |`,
    ...(['disable', 'restore', 'verify', 'remove'] as const).flatMap((act) =>
      Object.entries(capabilities[act]).map(
        ([what, capability]) =>
          `| \`${id}\` | ${what === '*' ? 'everything' : what} | ${act} | ${sayHow(capability)} |`,
      ),
    ),
  ]);
  return ['| connector | of | act | how |', '|---|---|---|---|', ...rows].join('\n');
}

/** Every permission a connector asks its provider for, from the manifests. */
export function permissionTable(): string {
  const rows = [...connectorRegistry.values()].flatMap(({ manifest: { id, permissions } }) =>
    permissions.map(
      ({ action, resource, why, for: act }) =>
        `| \`${id}\` | \`${action}\` | \`${resource}\` | ${act}: ${why} |`,
    ),
  );
  return ['| connector | permission | on | for |', '|---|---|---|---|', ...rows].join('\n');
}

/** The Slack app's manifest, to be pasted where Slack asks for one. */
export function slackManifest(): string {
  const manifest = appManifest('https://REPLACE.execute-api.eu-central-1.amazonaws.com/slack/events');
  return [
    '```yaml',
    stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd(),
    '```',
  ].join('\n');
}

/** Every scope of the Slack app with what it is for. */
export function slackScopeTable(): string {
  const rows = Object.entries(BOT_SCOPES).map(([scope, why]) => `| \`${scope}\` | ${why} |`);
  return ['| scope | for |', '|---|---|', ...rows].join('\n');
}

const lifecycles: Readonly<Record<string, Table>> = {
  campaign: CAMPAIGN_LIFECYCLE,
  item: ITEM_LIFECYCLE,
  docket: DOCKET_LIFECYCLE,
  notice: NOTICE_LIFECYCLE,
  removal: REMOVAL_LIFECYCLE,
};

/** Every part that is made from the code. */
export const generatedParts: readonly GeneratedPart[] = [
  ...Object.entries(lifecycles).map(([name, table]) => ({
    page: 'docs/architecture.md',
    name: `${name} lifecycle`,
    text: lifecycleDiagram(table),
  })),
  {
    page: 'docs/architecture.md',
    name: 'keys of reviews',
    text: keyShapes('lib/adapters/dynamodb/addresses.ts'),
  },
  {
    page: 'docs/architecture.md',
    name: 'keys of ledger',
    text: keyShapes('lib/adapters/dynamodb/ledger-addresses.ts'),
  },
  { page: 'docs/connectors.md', name: 'capabilities', text: capabilityTable() },
  { page: 'docs/connectors.md', name: 'permissions', text: permissionTable() },
  { page: 'docs/slack-app.md', name: 'Slack manifest', text: slackManifest() },
  { page: 'docs/slack-app.md', name: 'Slack scopes', text: slackScopeTable() },
];

const opening = (name: string): string => `<!-- generated: ${name} -->`;
const CLOSING = '<!-- /generated -->';

/** What stands in a page under that name; undefined when the page has no such part. */
export function partIn(page: string, name: string): string | undefined {
  const [, after] = page.split(`${opening(name)}\n`);
  return after?.split(`\n${CLOSING}`)[0];
}

/** The page with that part replaced. */
export function withPart(page: string, { name, text }: GeneratedPart): string {
  const old = partIn(page, name);
  return old === undefined
    ? page
    : page.replace(`${opening(name)}\n${old}\n`, () => `${opening(name)}\n${text}\n`);
}
