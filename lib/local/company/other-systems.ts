// What Harbor & Pine has outside AWS, as rows of the file connector: keys, tokens, certificates, an agent, vendor apps.
import { type Instant, plusDays } from '../../domain/time.ts';
import type { InventoryRow } from './company.ts';

/** One row, with its dates in days before (`madeDays`, `usedDays`) and after (`expiresDays`) the start. */
interface Line {
  readonly id: string;
  readonly system: string;
  readonly kind: string;
  readonly name: string;
  readonly team: string;
  readonly purpose: string;
  readonly madeDays: number;
  readonly usedDays: number;
  readonly expiresDays?: number;
  readonly level: 'none' | 'read' | 'write';
  readonly more?: InventoryRow;
}

const GITHUB = 'https://github.com/harbor-and-pine';

const LINES: readonly Line[] = [
  {
    id: 'deploy-key-shop',
    system: 'github',
    kind: 'ssh-key',
    name: 'Deploy key of shop',
    team: 'platform',
    purpose: 'Pulls the shop’s code',
    madeDays: 500,
    usedDays: 1,
    level: 'read',
    more: { bound_to: `${GITHUB}/shop` },
  },
  {
    id: 'deploy-key-infra',
    system: 'github',
    kind: 'ssh-key',
    name: 'Deploy key of infra',
    team: 'platform',
    purpose: 'Pulls infrastructure code',
    madeDays: 300,
    usedDays: 2,
    level: 'read',
    more: { bound_to: `${GITHUB}/infra` },
  },
  {
    id: 'netlify-deploy-token',
    system: 'netlify',
    kind: 'access-token',
    name: 'Netlify deploy token',
    team: 'platform',
    purpose: 'Published the old blog',
    madeDays: 700,
    usedDays: 210,
    level: 'write',
  },
  {
    id: 'datadog-api-key',
    system: 'datadog',
    kind: 'api-key',
    name: 'Datadog API key',
    team: 'platform',
    purpose: 'Sends metrics',
    madeDays: 90,
    usedDays: 1,
    level: 'write',
  },
  {
    id: 'stripe-restricted-key',
    system: 'stripe',
    kind: 'api-key',
    name: 'Stripe restricted key',
    team: 'payments',
    purpose: 'Reads payouts',
    madeDays: 80,
    usedDays: 1,
    level: 'read',
    more: { pci: 'in-scope' },
  },
  {
    id: 'wildcard-harborandpine',
    system: 'acm',
    kind: 'certificate',
    name: '*.harborandpine.example',
    team: 'webshop',
    purpose: 'TLS of the shop',
    madeDays: 200,
    usedDays: 1,
    expiresDays: 165,
    level: 'none',
  },
  {
    id: 'warehouse-client-cert',
    system: 'internal-ca',
    kind: 'certificate',
    name: 'Warehouse gateway client certificate',
    team: 'data',
    purpose: 'Signs in the warehouse gateway',
    madeDays: 250,
    usedDays: 3,
    expiresDays: 115,
    level: 'write',
  },
  {
    id: 'hubspot-private-app',
    system: 'hubspot',
    kind: 'access-token',
    name: 'HubSpot private app token',
    team: 'marketing',
    purpose: 'Syncs contacts',
    madeDays: 60,
    usedDays: 2,
    level: 'write',
  },
  {
    id: 'harbor-assistant',
    system: 'agents',
    kind: 'ai-agent',
    name: 'Harbor Assistant',
    team: 'machine-learning',
    purpose: 'Answers customers’ questions about orders',
    madeDays: 70,
    usedDays: 1,
    level: 'write',
    more: {
      consumers: 'shop chat',
      credential_type: 'client-secret',
      model: 'a hosted language model',
      tools: 'order look-up, refund draft',
    },
  },
  {
    id: 'notes-ai-connector',
    system: 'google-workspace',
    kind: 'oauth-app',
    name: 'Notes AI connector',
    team: 'machine-learning',
    purpose: 'Vendor’s pilot: reads meeting notes',
    madeDays: 100,
    usedDays: 9,
    level: 'read',
    more: { vendor: 'Notes AI' },
  },
  {
    id: 'slack-incident-bot',
    system: 'slack',
    kind: 'access-token',
    name: 'Incident bot token',
    team: 'platform',
    purpose: 'Opens incident channels',
    madeDays: 120,
    usedDays: 6,
    level: 'write',
  },
];

/** The rows as of `startAt`. */
export function harborOtherSystems(startAt: Instant): InventoryRow[] {
  return LINES.map(({ madeDays, usedDays, expiresDays, more, ...row }) => ({
    removal_path: 'Its owner removes it in the settings of that system and confirms.',
    status: 'active',
    environment: 'production',
    admin: 'no',
    created_at: plusDays(startAt, -madeDays),
    last_used_at: plusDays(startAt, -usedDays),
    ...(expiresDays === undefined ? {} : { expires_at: plusDays(startAt, expiresDays) }),
    ...row,
    ...more,
  }));
}
