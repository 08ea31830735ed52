// What Harbor & Pine's users and roles may do, by the name of the job.

const allow = (actions: readonly string[], resource: string | readonly string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: resource }],
});

const inline = (name: string, actions: readonly string[], resource: string | readonly string[]) => ({
  inlinePolicies: { [name]: allow(actions, resource) },
});

/** Policies by job, in the form of a seed. */
export const POLICIES = {
  administers: {
    attachedPolicies: [
      { policyName: 'AdministratorAccess', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    ],
  },
  'ships-builds': inline(
    'ships-builds',
    ['ecr:PutImage', 'ecr:UploadLayerPart', 'ecs:UpdateService'],
    [
      'arn:aws:ecr:eu-north-1:440987120365:repository/shop',
      'arn:aws:ecs:eu-north-1:440987120365:service/shop/*',
    ],
  ),
  'writes-backups': inline(
    'writes-backups',
    ['s3:PutObject', 's3:GetObject'],
    'arn:aws:s3:::harbor-backups/*',
  ),
  'writes-logs': inline('writes-logs', ['s3:PutObject'], 'arn:aws:s3:::harbor-logs/*'),
  'reads-metrics': inline('reads-metrics', ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics'], '*'),
  'settles-payments': inline(
    'settles-payments',
    ['sqs:SendMessage', 'dynamodb:PutItem', 'dynamodb:GetItem'],
    [
      'arn:aws:sqs:eu-north-1:440987120365:settlements',
      'arn:aws:dynamodb:eu-north-1:440987120365:table/settlements',
    ],
  ),
  'moves-data': inline(
    'moves-data',
    ['s3:GetObject', 's3:PutObject', 'glue:StartJobRun'],
    ['arn:aws:s3:::harbor-data/*', 'arn:aws:glue:eu-north-1:440987120365:job/*'],
  ),
  'reads-exports': inline(
    'reads-exports',
    ['s3:GetObject', 's3:ListBucket'],
    ['arn:aws:s3:::harbor-exports', 'arn:aws:s3:::harbor-exports/*'],
  ),
  'sends-mail': inline('sends-mail', ['ses:SendEmail'], 'arn:aws:ses:eu-north-1:440987120365:identity/*'),
};

/** Name of a job. */
export type PolicyName = keyof typeof POLICIES;

/** Trust in one AWS service. */
export function trustsService(service: string) {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  };
}

/** Trust in one repository's workflows, by OpenID Connect. */
export function trustsRepository(repository: string) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: {
          Federated: 'arn:aws:iam::440987120365:oidc-provider/token.actions.githubusercontent.com',
        },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' },
          StringLike: { 'token.actions.githubusercontent.com:sub': `repo:${repository}:ref:refs/heads/main` },
        },
      },
    ],
  };
}

/** Trust in another account, with an external id. */
export function trustsAccount(account: string, externalId: string) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': externalId } },
      },
    ],
  };
}
