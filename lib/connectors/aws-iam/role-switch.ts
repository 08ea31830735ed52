// Switching a role off without losing it: one inline policy that denies everything, checked by simulation.
import {
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { RefusedError, UpstreamError } from '../../domain/errors.ts';
import type { LastUse } from '../../domain/identity/credential.ts';
import { parsePolicy } from '../../domain/identity/policy-document.ts';
import { type Instant, instantOf } from '../../domain/time.ts';
import type { AwsClients } from './aws-clients.ts';
import { roleLastUse } from './last-use.ts';
import { attempt, requestIdOf } from './user-credentials.ts';

/** Name of the policy, fixed so that a second run finds it. */
export const POLICY_NAME = 'CountersignDisabled';

const DENY_EVERYTHING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: POLICY_NAME, Effect: 'Deny', Action: '*', Resource: '*' }],
});

/** Everyday calls of three services, asked of the simulator. (sts:GetCallerIdentity cannot be denied by any policy.) */
const PROBES = ['s3:ListAllMyBuckets', 'ec2:DescribeInstances', 'iam:ListRoles'];

/** The live side of a role's switch. Methods throw UpstreamError. */
export interface RoleSwitch {
  /** ARN and last use; undefined when there is no such role. */
  find(role: string): Promise<{ readonly arn: string; readonly lastUse: LastUse } | undefined>;
  /** The document under our policy's name; null when there is none. */
  readPolicy(role: string): Promise<string | null>;
  switchOff(role: string): Promise<string>;
  /** Puts the prior document back, or takes ours away. */
  putBack(role: string, prior: string | null): Promise<string>;
  /** Which probes our policy denies explicitly, which not. */
  simulate(arn: string): Promise<{ readonly denied: readonly string[]; readonly open: readonly string[] }>;
}

/** Makes it over an IAM client. `now`: when the question is asked. */
export function createRoleSwitch({ iam }: AwsClients, now: () => Instant): RoleSwitch {
  return {
    async find(role) {
      try {
        const answer = await attempt('GetRole', () => iam.send(new GetRoleCommand({ RoleName: role })));
        const { Arn = '', CreateDate, RoleLastUsed } = answer.Role ?? {};
        const used = { at: asInstant(RoleLastUsed?.LastUsedDate), region: RoleLastUsed?.Region };
        return { arn: Arn, lastUse: roleLastUse(RoleLastUsed && used, asInstant(CreateDate), now()) };
      } catch (error) {
        if (error instanceof UpstreamError && error.code === 'NOT_FOUND') return undefined;
        throw error;
      }
    },
    async readPolicy(role) {
      try {
        const command = new GetRolePolicyCommand({ RoleName: role, PolicyName: POLICY_NAME });
        const { PolicyDocument } = await attempt('GetRolePolicy', () => iam.send(command));
        return PolicyDocument === undefined ? null : plainText(PolicyDocument);
      } catch (error) {
        if (error instanceof UpstreamError && error.code === 'NOT_FOUND') return null;
        throw error;
      }
    },
    switchOff: (role) => putPolicy(iam, role, DENY_EVERYTHING),
    async putBack(role, prior) {
      if (prior !== null) return putPolicy(iam, role, prior);
      const command = new DeleteRolePolicyCommand({ RoleName: role, PolicyName: POLICY_NAME });
      return requestIdOf(await attempt('DeleteRolePolicy', () => iam.send(command)));
    },
    async simulate(arn) {
      const command = new SimulatePrincipalPolicyCommand({ PolicySourceArn: arn, ActionNames: PROBES });
      const answer = await attempt('SimulatePrincipalPolicy', () => iam.send(command));
      const denied = (answer.EvaluationResults ?? [])
        .filter(
          ({ EvalDecision, MatchedStatements }) =>
            EvalDecision === 'explicitDeny' &&
            // For the right reason: ours, not a Deny that happened to be there.
            (MatchedStatements ?? []).some(
              ({ SourcePolicyId }) => SourcePolicyId?.includes(POLICY_NAME) === true,
            ),
        )
        .map(({ EvalActionName = '' }) => EvalActionName);
      return { denied, open: PROBES.filter((action) => !denied.includes(action)) };
    },
  };
}

/** Whether a document under our policy's name denies everything to everyone who has the role, without condition. */
export function deniesEverything(document: string | null): boolean {
  if (document === null) return false;
  const parsed = parsePolicy({ name: POLICY_NAME, via: 'inline', document });
  return (
    parsed.readable &&
    parsed.statements.some(
      (each) =>
        each.effect === 'Deny' &&
        each.conditions.length === 0 &&
        each.actions.includes('*') &&
        each.resources.includes('*'),
    )
  );
}

async function putPolicy(iam: AwsClients['iam'], role: string, document: string): Promise<string> {
  const command = new PutRolePolicyCommand({
    RoleName: role,
    PolicyName: POLICY_NAME,
    PolicyDocument: document,
  });
  try {
    return requestIdOf(await attempt('PutRolePolicy', () => iam.send(command)));
  } catch (error) {
    const cause = error instanceof UpstreamError ? error.cause : undefined;
    if (!(cause instanceof Error) || !cause.name.startsWith('UnmodifiableEntity')) throw error;
    throw new RefusedError({
      code: 'NOT_SUPPORTED',
      message: `role ${role} belongs to an AWS service, and IAM lets nobody edit it`,
      cause: error,
    });
  }
}

function asInstant(date: Date | undefined): Instant | undefined {
  return date && instantOf(date.getTime());
}

/** IAM answers URL-encoded JSON (RFC 3986). */
function plainText(document: string): string {
  return document.trimStart().startsWith('{') ? document : decodeURIComponent(document);
}
