// Harbor & Pine's IAM roles: workloads, a pipeline by OpenID Connect, a vendor, and those AWS itself keeps.
import { DAY_MS, HOUR_MS, type Instant, plusMs } from '../../domain/time.ts';
import type { SeedRoleInput } from '../iam/account-seed.ts';
import {
  POLICIES,
  type PolicyName,
  trustsAccount,
  trustsRepository,
  trustsService,
} from './account-policies.ts';

interface RoleLine {
  readonly name: string;
  readonly trust: SeedRoleInput['trust'];
  readonly policy: PolicyName;
  readonly usedDaysAgo?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly path?: string;
}

const EC2 = trustsService('ec2.amazonaws.com');
const LAMBDA = trustsService('lambda.amazonaws.com');
const TASKS = trustsService('ecs-tasks.amazonaws.com');
const WORKER = {
  team: 'payments',
  pci: 'in-scope',
  purpose: 'Payment workers',
  environment: 'production',
  repository: 'github.com/harbor-and-pine/payments',
};

const ROLES: readonly RoleLine[] = [
  ...['capture', 'refund', 'payout', 'dispute'].map((job) => ({
    name: `payments-${job}-worker`,
    trust: TASKS,
    policy: 'settles-payments' as const,
    usedDaysAgo: 1,
    tags: WORKER,
  })),
  {
    name: 'shop-task',
    trust: TASKS,
    policy: 'reads-exports',
    usedDaysAgo: 1,
    tags: { team: 'webshop', purpose: 'Runs the shop', environment: 'production' },
  },
  {
    name: 'eks-node',
    trust: EC2,
    policy: 'reads-metrics',
    usedDaysAgo: 1,
    tags: { team: 'platform', purpose: 'Cluster nodes', environment: 'production' },
  },
  {
    name: 'github-deploy',
    trust: trustsRepository('harbor-and-pine/shop'),
    policy: 'ships-builds',
    usedDaysAgo: 1,
    tags: { team: 'platform', purpose: 'Deploys from GitHub Actions', environment: 'production' },
  },
  {
    name: 'billing-export',
    trust: LAMBDA,
    policy: 'reads-exports',
    usedDaysAgo: 4,
    tags: { team: 'data', purpose: 'Exports the bill' },
  },
  {
    name: 'glue-crawler',
    trust: trustsService('glue.amazonaws.com'),
    policy: 'moves-data',
    usedDaysAgo: 2,
    tags: { team: 'data', purpose: 'Crawls the data lake' },
  },
  {
    name: 'model-training',
    trust: trustsService('sagemaker.amazonaws.com'),
    policy: 'moves-data',
    usedDaysAgo: 5,
    tags: { team: 'machine-learning', purpose: 'Trains models' },
  },
  {
    name: 'old-report-runner',
    trust: LAMBDA,
    policy: 'reads-exports',
    usedDaysAgo: 150,
    tags: { team: 'data', purpose: 'Ran reports before the data lake' },
  },
  {
    name: 'cost-radar-vendor',
    trust: trustsAccount('910023456781', 'hp-4471'),
    policy: 'reads-metrics',
    usedDaysAgo: 1,
    tags: { team: 'platform', vendor: 'Cost Radar', purpose: 'Vendor reads cost metrics' },
  },
  {
    name: 'countersign',
    trust: LAMBDA,
    policy: 'reads-metrics',
    usedDaysAgo: 1,
    tags: { owner: 'tomasz.wolski@harborandpine.example', purpose: 'Countersign itself' },
  },
  {
    name: 'AWSServiceRoleForRDS',
    path: '/aws-service-role/rds.amazonaws.com/',
    trust: trustsService('rds.amazonaws.com'),
    policy: 'reads-metrics',
    usedDaysAgo: 1,
  },
  {
    name: 'AWSServiceRoleForECS',
    path: '/aws-service-role/ecs.amazonaws.com/',
    trust: trustsService('ecs.amazonaws.com'),
    policy: 'reads-metrics',
    usedDaysAgo: 1,
  },
  {
    name: 'AWSReservedSSO_Administrator_9c1fe2a4',
    path: '/aws-reserved/sso.amazonaws.com/eu-north-1/',
    trust: trustsService('sso.amazonaws.com'),
    policy: 'administers',
    usedDaysAgo: 1,
  },
  {
    name: 'AWSReservedSSO_ReadOnly_07bd31ce',
    path: '/aws-reserved/sso.amazonaws.com/eu-north-1/',
    trust: trustsService('sso.amazonaws.com'),
    policy: 'reads-metrics',
    usedDaysAgo: 3,
  },
];

/** The roles as of `startAt`. */
export function harborRoles(startAt: Instant): SeedRoleInput[] {
  return ROLES.map(({ name, trust, policy, usedDaysAgo, tags = {}, path }, position) => ({
    roleName: name,
    createdAt: plusMs(startAt, -(200 + position) * DAY_MS),
    trust,
    tags,
    ...(path === undefined ? {} : { path }),
    ...(usedDaysAgo === undefined
      ? {}
      : { lastUsed: { at: plusMs(startAt, -usedDaysAgo * DAY_MS - HOUR_MS), region: 'eu-north-1' } }),
    ...POLICIES[policy],
  }));
}
