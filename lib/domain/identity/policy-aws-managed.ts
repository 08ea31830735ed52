// AWS-managed policies whose documents the input did not carry: the few that can be judged by name alone.
// After the AWS Managed Policy Reference Guide (docs.aws.amazon.com/aws-managed-policy).

/** What is known of an AWS-managed policy by its name. Versions change; only what its purpose fixes is stated. */
export interface KnownPolicy {
  readonly level: 'admin' | 'write' | 'read';
  readonly admin: 'yes' | 'no' | 'unknown';
  readonly why: string;
}

const BY_NAME: Readonly<Record<string, KnownPolicy>> = {
  AdministratorAccess: { level: 'admin', admin: 'yes', why: 'allows every action on every resource' },
  IAMFullAccess: { level: 'admin', admin: 'yes', why: 'allows iam:* on every resource' },
  PowerUserAccess: {
    level: 'write',
    admin: 'unknown',
    why: 'allows everything but IAM, and so may act through any role or function that trusts it',
  },
  'AdministratorAccess-Amplify': {
    level: 'admin',
    admin: 'yes',
    why: 'allows iam:PassRole, iam:PutRolePolicy and iam:AttachRolePolicy',
  },
  ReadOnlyAccess: { level: 'read', admin: 'no', why: 'reads only' },
  ViewOnlyAccess: { level: 'read', admin: 'no', why: 'lists only' },
  SecurityAudit: { level: 'read', admin: 'no', why: 'reads configuration only' },
};

/** What is known by name alone of an AWS-managed policy (`arn:<partition>:iam::aws:policy/…`); undefined when nothing is. */
export function knownAwsPolicy(arn: string | undefined): KnownPolicy | undefined {
  const found = /^arn:aws[a-z-]*:iam::aws:policy\/(?:[\w/-]+\/)?([\w+=,.@-]+)$/.exec(arn ?? '');
  if (!found) return undefined;
  const name = found[1] ?? '';
  if (Object.hasOwn(BY_NAME, name)) return BY_NAME[name];
  if (/ReadOnly(Access)?(_v\d+)?$/.test(name)) {
    return { level: 'read', admin: 'no', why: 'an AWS-managed read-only policy' };
  }
  return undefined;
}
