// Switching a role off without losing it: one inline policy that denies everything, checked by simulation.
import { GetRoleCommand, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { RefusedError, UpstreamError } from '../../domain/errors.ts';
import type { LastUse } from '../../domain/identity/credential.ts';
import { parsePolicy } from '../../domain/identity/policy-document.ts';
import { type Instant, instantOf } from '../../domain/time.ts';
import type { AwsClients } from './aws-clients.ts';
import { inlineRolePolicy } from './inline-policy.ts';
import { roleLastUse } from './last-use.ts';
import { attempt } from './user-credentials.ts';

/** Name of the policy, fixed so that a second run finds it. */
export const POLICY_NAME = 'CountersignDisabled';

const DENY_EVERYTHING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: POLICY_NAME, Effect: 'Deny', Action: '*', Resource: '*' }],
});

/** Everyday calls of three services, asked of the simulator. (sts:GetCallerIdentity cannot be denied by any policy.) */
const PROBES = ['s3:ListAllMyBuckets', 'ec2:DescribeInstances', 'iam:ListRoles'];

/** A role as IAM has it now. */
export interface LiveRole {
  readonly arn: string;
  readonly createdAt: Instant | undefined;
  readonly lastUse: LastUse;
}

/** The live side of a role's switch. Methods throw UpstreamError. */
export interface RoleSwitch {
  /** Undefined when there is no such role. */
  find(role: string): Promise<LiveRole | undefined>;
  /** The document under our policy's name; null when there is none. */
  readPolicy(role: string): Promise<string | null>;
  switchOff(role: string): Promise<string>;
  /** Puts the prior document back, or takes ours away. */
  putBack(role: string, prior: string | null): Promise<string>;
  /** Which probes our policy denies explicitly, which not. */
  simulate(arn: string): Promise<{ readonly denied: readonly string[]; readonly open: readonly string[] }>;
}

/** Makes it over an IAM client. `now`: when the question is asked. */
export function createRoleSwitch(clients: AwsClients, now: () => Instant): RoleSwitch {
  const { iam } = clients;
  const policy = inlineRolePolicy(clients, POLICY_NAME);
  return {
    async find(role) {
      try {
        const answer = await attempt('GetRole', () => iam.send(new GetRoleCommand({ RoleName: role })));
        const { Arn = '', CreateDate, RoleLastUsed } = answer.Role ?? {};
        const used = { at: asInstant(RoleLastUsed?.LastUsedDate), region: RoleLastUsed?.Region };
        const createdAt = asInstant(CreateDate);
        return { arn: Arn, createdAt, lastUse: roleLastUse(RoleLastUsed && used, createdAt, now()) };
      } catch (error) {
        if (error instanceof UpstreamError && error.code === 'NOT_FOUND') return undefined;
        throw error;
      }
    },
    readPolicy: policy.read,
    switchOff: (role) => orUnmodifiable(role, () => policy.put(role, DENY_EVERYTHING)),
    putBack: policy.putBack,
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

async function orUnmodifiable(role: string, write: () => Promise<string>): Promise<string> {
  try {
    return await write();
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
