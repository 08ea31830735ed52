// What the aws-secrets-manager connector says of itself, as data.
import type { ConnectorManifest } from '../../application/ports/connector.ts';

const automatic = (description: string) => ({ how: 'automatic' as const, description });

const SECRET = 'arn:aws:secretsmanager:*:*:secret:*';

/** Manifest of the aws-secrets-manager connector. It has no right to read a secret's value, and wants none. */
export const manifest: ConnectorManifest = {
  id: 'aws-secrets-manager',
  title: 'AWS Secrets Manager secrets',
  identityKinds: ['secret'],
  capabilities: {
    collect: automatic('ListSecrets in every Region of the settings; never a value'),
    disable: {
      secret: automatic(
        'statement CountersignDisabled in its resource policy, which denies GetSecretValue to everybody',
      ),
    },
    restore: { secret: automatic('the resource policy as it was; RestoreSecret if it was deleted since') },
    verify: { secret: automatic('policy read back, in replicas too, and later use; level `confirmed`') },
    remove: {
      secret: automatic('DeleteSecret with 30 days to recover; refused while it has replicas'),
    },
  },
  permissions: [
    grant('collect', 'secretsmanager:ListSecrets', '*', 'secrets with dates, rotation and tags'),
    grant('disable', 'secretsmanager:DescribeSecret', SECRET, 'recheck before acting'),
    grant('disable', 'secretsmanager:GetResourcePolicy', SECRET, 'keep the policy as it was'),
    grant('disable', 'secretsmanager:PutResourcePolicy', SECRET, 'add CountersignDisabled'),
    grant('restore', 'secretsmanager:DescribeSecret', SECRET, 'see what there is to put back'),
    grant('restore', 'secretsmanager:GetResourcePolicy', SECRET, 'keep what others changed since'),
    grant('restore', 'secretsmanager:PutResourcePolicy', SECRET, 'put the prior policy back'),
    grant('restore', 'secretsmanager:DeleteResourcePolicy', SECRET, 'where there was no policy'),
    grant('restore', 'secretsmanager:RestoreSecret', SECRET, 'within the recovery window'),
    grant('verify', 'secretsmanager:DescribeSecret', SECRET, 'look for later use and replicas'),
    grant('verify', 'secretsmanager:GetResourcePolicy', SECRET, 'read the policy back'),
    grant('remove', 'secretsmanager:DescribeSecret', SECRET, 'not while it has replicas'),
    grant('remove', 'secretsmanager:GetResourcePolicy', SECRET, 'not when it is on again'),
    grant('remove', 'secretsmanager:DeleteSecret', SECRET, 'schedule its deletion after quarantine'),
  ],
};

function grant(
  serves: ConnectorManifest['permissions'][number]['for'],
  action: string,
  resource: string,
  why: string,
): ConnectorManifest['permissions'][number] {
  return { action, resource, for: serves, why };
}
