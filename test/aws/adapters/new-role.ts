// A role for what needs one to be made.
import { randomUUID } from 'node:crypto';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { emulator } from './emulator.ts';

/** Makes a role that a service may take; returns its ARN. It may do nothing. */
export async function newRole(service: 'lambda' | 'states'): Promise<string> {
  const iam = new IAMClient(emulator());
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: `test-${randomUUID()}`,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` }, Action: 'sts:AssumeRole' },
        ],
      }),
    }),
  );
  iam.destroy();
  return Role?.Arn ?? '';
}
