// Countersign's own users and roles: reviewed by others, never switched off by itself.
import type { AwsIamSettings } from './settings.ts';

/** Whether an ARN is one the settings name, or the one the connector is working as. */
export function ownPrincipals(
  settings: AwsIamSettings,
  callerArn: string | undefined,
): (arn: string) => boolean {
  const own = new Set([
    ...settings.ownPrincipals,
    ...(settings.assumeRole ? [settings.assumeRole.roleArn] : []),
  ]);
  const session = /^arn:[a-z-]+:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(callerArn ?? '');
  if (callerArn !== undefined && !session) own.add(callerArn);
  return (arn) => {
    if (own.has(arn)) return true;
    // A session's ARN has lost the role's path: compare account and name.
    return session !== null && arn.includes(`::${session[1]}:role/`) && arn.endsWith(`/${session[2]}`);
  };
}
