// Known ways from a few permissions to administrator. After Rhino Security Labs, "AWS IAM Privilege Escalation –
// Methods and Mitigation" (2018), and Bishop Fox, iam-vulnerable.
import type { PolicyStatement } from './policy-document.ts';
import { allowedSomewhere, allowing, type PermissionSet, type Principal } from './policy-permission.ts';

/** A way found: what it is, and the statement that opens it. `certain` is false when it also takes a powerful third party. */
export interface Escalation {
  readonly way: string;
  readonly statement: PolicyStatement;
  readonly certain: boolean;
}

type Target =
  | 'own-user'
  | 'own-role'
  | 'own-group'
  | 'own-policy'
  | 'user'
  | 'role'
  | 'group'
  | 'function'
  | 'anything';

interface Rule {
  readonly actions: readonly string[];
  /** On which targets the first action must be allowed; one is enough. */
  readonly on: readonly Target[];
  readonly certain: boolean;
  readonly means: string;
}

const rule = (actions: string, on: readonly Target[], means: string, certain = true): Rule => ({
  actions: actions.split('+'),
  on,
  certain,
  means,
});

const RULES: readonly Rule[] = [
  rule('iam:PutUserPolicy', ['own-user', 'user'], 'write itself an inline policy'),
  rule('iam:AttachUserPolicy', ['own-user', 'user'], 'attach itself any policy'),
  rule('iam:PutRolePolicy', ['own-role', 'role'], 'write a role an inline policy'),
  rule('iam:AttachRolePolicy', ['own-role', 'role'], 'attach a role any policy'),
  rule('iam:PutGroupPolicy', ['own-group', 'group'], 'write its group an inline policy'),
  rule('iam:AttachGroupPolicy', ['own-group', 'group'], 'attach its group any policy'),
  rule('iam:CreatePolicyVersion', ['own-policy'], 'rewrite a policy it is bound to'),
  rule('iam:SetDefaultPolicyVersion', ['own-policy'], 'switch a policy to another version'),
  rule('iam:AddUserToGroup', ['group'], 'join any group'),
  rule('iam:UpdateAssumeRolePolicy', ['role'], 'make any role trust it'),
  rule('iam:CreateAccessKey', ['user'], 'make keys for any user'),
  rule('iam:CreateLoginProfile', ['user'], 'give any user a console password'),
  rule('iam:UpdateLoginProfile', ['user'], 'change any user’s console password'),
  rule('lambda:UpdateFunctionCode', ['function'], 'run code as any function’s role', false),
  rule('glue:UpdateDevEndpoint', ['anything'], 'log in as a Glue endpoint’s role', false),
  rule('cloudformation:UpdateStack', ['anything'], 'act as an existing stack’s role', false),
  rule('ssm:SendCommand', ['anything'], 'run commands as an instance’s role', false),
  rule('ssm:StartSession', ['anything'], 'open a shell as an instance’s role', false),
  rule('ec2-instance-connect:SendSSHPublicKey', ['anything'], 'log in as an instance’s role', false),
  rule('sagemaker:CreatePresignedNotebookInstanceUrl', ['anything'], 'open a notebook as its role', false),
  rule('codebuild:StartBuild', ['anything'], 'run a build as its project’s role', false),
];

/** Services that run code as a role passed to them, with what else it takes. */
const PASS_ROLE: readonly (readonly [service: string, actions: readonly string[]])[] = [
  ['lambda.amazonaws.com', ['lambda:CreateFunction', 'lambda:InvokeFunction']],
  ['lambda.amazonaws.com', ['lambda:CreateFunction', 'lambda:CreateEventSourceMapping']],
  ['lambda.amazonaws.com', ['lambda:CreateFunction', 'lambda:AddPermission']],
  ['ec2.amazonaws.com', ['ec2:RunInstances']],
  ['glue.amazonaws.com', ['glue:CreateDevEndpoint']],
  ['glue.amazonaws.com', ['glue:CreateJob', 'glue:StartJobRun']],
  ['cloudformation.amazonaws.com', ['cloudformation:CreateStack']],
  ['datapipeline.amazonaws.com', ['datapipeline:CreatePipeline', 'datapipeline:PutPipelineDefinition']],
  ['sagemaker.amazonaws.com', ['sagemaker:CreateNotebookInstance']],
  ['sagemaker.amazonaws.com', ['sagemaker:CreateProcessingJob']],
  ['sagemaker.amazonaws.com', ['sagemaker:CreateTrainingJob']],
  ['codebuild.amazonaws.com', ['codebuild:CreateProject', 'codebuild:StartBuild']],
  ['ecs-tasks.amazonaws.com', ['ecs:RegisterTaskDefinition', 'ecs:RunTask']],
  ['states.amazonaws.com', ['states:CreateStateMachine', 'states:StartExecution']],
];

/** A name no real thing has: whoever may touch this may touch all of its kind. */
const PROBE = 'countersign-probe-7f3a9c';

/** The first certain way to administrator, else the first that hangs on a powerful third party, else undefined. */
export function findEscalation(set: PermissionSet): Escalation | undefined {
  const found = [...RULES.map((each) => byRule(set, each)), byPassRole(set)].filter(
    (each) => each !== undefined,
  );
  return found.find((each) => each.certain) ?? found[0];
}

function byRule(set: PermissionSet, each: Rule): Escalation | undefined {
  const [action = ''] = each.actions;
  for (const target of each.on.flatMap((kind) => targetsOf(set.principal, kind))) {
    const statement = allowing(set, action, target);
    if (statement) return { way: `${action} (${each.means})`, statement, certain: each.certain };
  }
  return undefined;
}

function byPassRole(set: PermissionSet): Escalation | undefined {
  const anyRole = allowing(set, 'iam:PassRole', targetsOf(set.principal, 'role')[0] ?? '*');
  const statement = anyRole ?? someRole(set);
  if (!statement) return undefined;
  const recipient = PASS_ROLE.find(
    ([service, actions]) =>
      mayPassTo(statement, service) && actions.every((action) => allowedSomewhere(set, action)),
  );
  if (!recipient) return undefined;
  const way = `iam:PassRole with ${recipient[1].join(' and ')}`;
  if (anyRole) return { way: `${way} (run code as any role)`, statement, certain: true };
  return { way: `${way} (run code as ${statement.resources.join(', ')})`, statement, certain: false };
}

/** A statement that passes particular roles: how far that leads depends on those roles. */
function someRole(set: PermissionSet): PolicyStatement | undefined {
  return set.statements.find((statement) =>
    statement.resources.some(
      (resource) =>
        resource.includes(':role/') &&
        !resource.includes(':role/aws-service-role/') &&
        allowing(set, 'iam:PassRole', resource) === statement,
    ),
  );
}

function mayPassTo(statement: PolicyStatement, service: string): boolean {
  const limits = statement.conditions.filter(({ key }) => key.toLowerCase() === 'iam:passedtoservice');
  return limits.every(({ values }) => values.some((value) => value.includes('*') || value === service));
}

function targetsOf(principal: Principal, target: Target): readonly string[] {
  const [, partition = 'aws', , , account = ''] = principal.arn.split(':');
  const iam = (kind: string, name: string): string => `arn:${partition}:iam::${account}:${kind}/${name}`;
  switch (target) {
    case 'own-user':
      return principal.arn.includes(':user/') ? [principal.arn] : [];
    case 'own-role':
      return principal.arn.includes(':role/') ? [principal.arn] : [];
    case 'own-group':
      return principal.groupNames.map((name) => iam('group', name));
    case 'own-policy':
      return [...principal.attachedPolicyArns.filter((arn) => !arn.includes('::aws:')), iam('policy', PROBE)];
    case 'user':
    case 'role':
    case 'group':
      return [iam(target, PROBE)];
    case 'function':
      return [`arn:${partition}:lambda:us-east-1:${account}:function:${PROBE}`];
    case 'anything':
      return ['*'];
  }
}
