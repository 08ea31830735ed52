// Harbor & Pine's IAM users. Every date is counted back from the start of the demonstration, so it never ages.
import { DAY_MS, HOUR_MS, type Instant, plusMs } from '../../domain/time.ts';
import type { SeedUserInput } from '../iam/account-seed.ts';
import { POLICIES, type PolicyName } from './account-policies.ts';

/** Days since a key was made, and since it was used last. `off`: inactive. */
interface Key {
  readonly age: number;
  readonly used: number | 'never';
  readonly off?: boolean;
}

/** One console-less user, in a line. */
interface Robot {
  readonly name: string;
  readonly keys: readonly Key[];
  readonly policy: PolicyName;
  readonly tags?: Readonly<Record<string, string>>;
}

const key = (age: number, used: Key['used']): Key => ({ age, used });
const prod = { environment: 'production' };
const repo = (name: string) => ({ repository: `github.com/harbor-and-pine/${name}` });

const PLATFORM = { team: 'platform', ...prod };
const SETTLEMENT = {
  team: 'payments',
  pci: 'in-scope',
  purpose: 'Settles card payments',
  ...prod,
  ...repo('settlement'),
};

const ROBOTS: readonly Robot[] = [
  {
    name: 'svc-ci-deploy',
    keys: [key(410, 1)],
    policy: 'ships-builds',
    tags: { ...PLATFORM, purpose: 'Ships builds to production', ...repo('shop') },
  },
  {
    name: 'svc-terraform',
    keys: [key(150, 1)],
    policy: 'administers',
    tags: { ...PLATFORM, purpose: 'Applies infrastructure changes', ...repo('infra') },
  },
  {
    name: 'svc-backup-nightly',
    keys: [key(70, 1)],
    policy: 'writes-backups',
    tags: { ...PLATFORM, purpose: 'Nightly database backups' },
  },
  {
    name: 'svc-log-shipper',
    keys: [key(80, 1), key(600, 300)],
    policy: 'writes-logs',
    tags: { ...PLATFORM, purpose: 'Ships logs to the archive' },
  },
  {
    name: 'svc-legacy-jenkins',
    keys: [key(900, 250)],
    policy: 'ships-builds',
    tags: { ...PLATFORM, purpose: 'Old build server', ...repo('jenkins') },
  },
  {
    name: 'svc-image-builder',
    keys: [key(60, 2)],
    policy: 'ships-builds',
    tags: { ...PLATFORM, purpose: 'Builds machine images' },
  },
  {
    name: 'svc-old-vpn-monitor',
    keys: [key(700, 20)],
    policy: 'reads-metrics',
    tags: { ...PLATFORM, purpose: 'Watches the old VPN until it is gone' },
  },
  {
    name: 'svc-metrics-exporter',
    keys: [key(45, 1)],
    policy: 'reads-metrics',
    tags: { ...PLATFORM, purpose: 'Exports metrics for dashboards' },
  },
  ...['dk', 'se', 'no', 'fi', 'de', 'nl', 'pl', 'gb'].map((country) => ({
    name: `svc-settlement-${country}`,
    keys: [key(55, 1)],
    policy: 'settles-payments' as const,
    tags: SETTLEMENT,
  })),
  {
    name: 'svc-airflow',
    keys: [key(120, 1)],
    policy: 'moves-data',
    tags: { team: 'data', purpose: 'Runs the data pipelines', ...prod },
  },
  {
    name: 'svc-dbt',
    keys: [key(40, 1)],
    policy: 'moves-data',
    tags: { team: 'data', purpose: 'Transforms the warehouse', ...prod },
  },
  {
    name: 'svc-looker-export',
    keys: [key(300, 35)],
    policy: 'reads-exports',
    tags: { team: 'data', purpose: 'Weekly exports for Looker' },
  },
  ...['amsterdam', 'gdansk', 'malmo', 'bristol', 'aarhus', 'turku'].map((site, position) => ({
    name: `svc-scanner-${site}`,
    keys: [key(500 + position * 10, 160 + position * 5)],
    policy: 'reads-exports' as const,
    tags: { team: 'warehouse', purpose: `Hand scanners in ${site}` },
  })),
  {
    name: 'svc-invoice-archive',
    keys: [key(420, 130)],
    policy: 'writes-backups',
    tags: { team: 'finance', purpose: 'Archives invoices at the end of a quarter' },
  },
  {
    name: 'svc-payroll-sftp',
    keys: [key(60, 6)],
    policy: 'reads-exports',
    tags: { team: 'finance', purpose: 'Hands payroll files to the bank' },
  },
  {
    name: 'svc-newsletter-old',
    keys: [key(800, 200)],
    policy: 'sends-mail',
    tags: { purpose: 'Newsletter before the last agency' },
  },
  {
    name: 'svc-partner-feed',
    keys: [key(50, 2)],
    policy: 'reads-exports',
    tags: { purpose: 'Product feed for resellers' },
  },
  {
    name: 'svc-webshop-images',
    keys: [key(65, 1)],
    policy: 'reads-exports',
    tags: { owner: 'yuki.tan@harborandpine.example', purpose: 'Resizes product pictures', ...prod },
  },
  {
    name: 'svc-search-indexer',
    keys: [key(30, 1)],
    policy: 'moves-data',
    tags: { team: 'webshop', purpose: 'Indexes the catalogue', ...prod },
  },
  {
    name: 'svc-campaign-mailer',
    keys: [key(75, 2)],
    policy: 'sends-mail',
    tags: { team: 'marketing', purpose: 'Sends campaign mails' },
  },
  {
    name: 'svc-survey-export',
    keys: [key(260, 140)],
    policy: 'reads-exports',
    tags: { team: 'marketing', purpose: 'Exports survey answers' },
  },
  {
    name: 'svc-feature-store',
    keys: [key(85, 1)],
    policy: 'moves-data',
    tags: { team: 'machine-learning', purpose: 'Feeds the feature store', ...prod },
  },
  {
    name: 'svc-notebook-runner',
    keys: [key(380, 3)],
    policy: 'moves-data',
    tags: { team: 'machine-learning', purpose: 'Runs scheduled notebooks' },
  },
  { name: 'svc-unknown-importer', keys: [key(210, 3)], policy: 'reads-exports' },
  { name: 'svc-temp-2021', keys: [key(1100, 'never')], policy: 'reads-exports' },
  { name: 'svc-mystery-sync', keys: [key(330, 15)], policy: 'moves-data' },
  {
    name: 'break-glass-admin',
    keys: [key(200, 'never')],
    policy: 'administers',
    tags: { owner: 'tomasz.wolski@harborandpine.example', 'break-glass': 'yes', purpose: 'Emergency access' },
  },
];

/** People with a console password; those with keys are reviewed key by key, the others are excluded. */
const HUMANS: readonly { readonly name: string; readonly keys: readonly Key[]; readonly team?: string }[] = [
  { name: 'priya.nair', keys: [key(95, 2)] },
  { name: 'raj.malhotra', keys: [key(35, 1), { age: 400, used: 180, off: true }], team: 'platform' },
  { name: 'omar.haddad', keys: [key(20, 1)] },
  { name: 'mara.lindqvist', keys: [] },
  { name: 'lars.eriksen', keys: [] },
  { name: 'chloe.dubois', keys: [] },
];

/** The users as of `startAt`. */
export function harborUsers(startAt: Instant): SeedUserInput[] {
  // Away from midnight, and one minute apart, so that no two keys of a user are made in the same second.
  const ago = (days: number, position: number) =>
    plusMs(startAt, -days * DAY_MS - HOUR_MS - position * 60_000);
  const keysOf = (keys: readonly Key[]) =>
    keys.map(({ age, used, off }, position) => ({
      status: off ? ('Inactive' as const) : ('Active' as const),
      createdAt: ago(age, position),
      lastUse:
        used === 'never'
          ? { state: 'never' as const }
          : { state: 'used' as const, at: ago(used, position), region: 'eu-north-1', service: 's3' },
    }));
  const robots = ROBOTS.map(({ name, keys, policy, tags = {} }) => ({
    userName: name,
    createdAt: ago(Math.max(...keys.map(({ age }) => age)) + 1, 0),
    keys: keysOf(keys),
    tags,
    ...POLICIES[policy],
  }));
  const humans = HUMANS.map(({ name, keys, team }) => ({
    userName: name,
    createdAt: ago(900, 0),
    console: 'yes' as const,
    mfaActive: true,
    passwordLastUsed: ago(2, 0),
    passwordLastChanged: ago(40, 0),
    keys: keysOf(keys),
    tags: { purpose: 'Daily work', ...(team ? { team } : {}) },
    ...POLICIES['reads-exports'],
  }));
  return [...robots, ...humans];
}
