// The role connectors assume in another account. Its template stands alone: it can be deployed as a StackSet.
import {
  CfnOutput,
  CfnParameter,
  DefaultStackSynthesizer,
  Fn,
  type IStackSynthesizer,
  Stack,
  type StackProps,
} from 'aws-cdk-lib';
import { AccountPrincipal, Policy, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { ConnectorPurpose } from '../../functions.ts';
import { allow } from '../allow.ts';
import { keepOff, permissionsFor } from '../connector-access.ts';
import { lintAsMade } from '../lint-as-made.ts';
import { roleArn } from '../names.ts';

/** What the stack is made with. */
export interface MemberRoleStackProps extends StackProps {
  readonly roleName: string;
  /** Connectors that assume the role. */
  readonly connectors: readonly string[];
  /** Whether they may also switch off, restore, verify and delete, or only read. */
  readonly enforce: boolean;
}

const READING: readonly ConnectorPurpose[] = ['collect', 'verify', 'activity'];
const ENFORCING: readonly ConnectorPurpose[] = [...READING, 'disable', 'restore', 'remove'];

/** The role, trusted by the installation's roles with an external id. No assets, no bootstrap: parameters only. */
export class MemberRoleStack extends Stack {
  constructor(scope: Construct, id: string, props: MemberRoleStackProps) {
    const { roleName, connectors, enforce, ...rest } = props;
    super(scope, id, {
      ...rest,
      description: `Role that Countersign assumes in this account, ${enforce ? 'reading and enforcing' : 'reading only'}.`,
      // CDK's classes do not fit its own interfaces under exactOptionalPropertyTypes.
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
    });
    lintAsMade(this);
    const trusted = new CfnParameter(this, 'TrustedRoleArns', {
      type: 'CommaDelimitedList',
      description:
        'Roles of the installation that may assume this one: output ConnectorRoleArns of its service stack.',
    });
    const externalId = new CfnParameter(this, 'ExternalId', {
      minLength: 2,
      maxLength: 1224,
      allowedPattern: '[\\w+=,.@:/-]*',
      description: 'As in assumeRole.externalId of the connector.',
    });
    const account = Fn.select(4, Fn.split(':', Fn.select(0, trusted.valueAsList)));
    const role = new Role(this, 'Role', {
      roleName,
      description: 'Assumed by Countersign to review the identities of this account.',
      // By account and name, not by the roles themselves: those would have to exist first, and to stay the same.
      assumedBy: new AccountPrincipal(account).withConditions({
        ArnEquals: { 'aws:PrincipalArn': trusted.valueAsList },
        StringEquals: { 'sts:ExternalId': externalId.valueAsString },
      }),
    });
    for (const connector of connectors) {
      const permissions = permissionsFor(connector, enforce ? ENFORCING : READING);
      if (permissions.length === 0) continue;
      const policy = new Policy(this, `Connector-${connector}`, { policyName: `connector-${connector}` });
      policy.attachToRole(role);
      for (const permission of permissions) allow(policy, permission);
      keepOff(policy, [roleArn(this, roleName)]);
    }
    new CfnOutput(this, 'RoleArn', {
      value: role.roleArn,
      description: 'assumeRole.roleArn of the connector.',
    });
  }
}
