// Countersign's own way in: a profile by which the role it works as may be assumed is never switched off by it.
import type { Profile } from './schema.ts';

/** Whether a profile lists the role that these credentials are a session of. */
export function worksWith({ roleArns }: Pick<Profile, 'roleArns'>, callerArn: string): boolean {
  const session = /^arn:[a-z-]+:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(callerArn);
  if (!session) return false;
  const [, account = '', role = ''] = session;
  // A session's ARN has lost the role's path: compare account and name.
  return (roleArns ?? []).some((arn) => arn.includes(`::${account}:role/`) && arn.endsWith(`/${role}`));
}
