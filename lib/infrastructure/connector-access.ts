// Rights in the systems that identities live in, from the manifests of the connectors an installation lists.
import { Aws } from 'aws-cdk-lib';
import { Effect, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as z from 'zod';
import { connectorRegistry } from '../connectors/registry.ts';
import { secretsNamed } from '../connectors/secret-settings.ts';
import type { ConnectorPurpose } from '../functions.ts';
import type { InstalledConnector } from '../installation.ts';
import { allow, type Permission } from './allow.ts';
import type { ProductFunction } from './constructs/product-function.ts';

const Assuming = z.looseObject({ assumeRole: z.looseObject({ roleArn: z.string() }) });

/** Roles in other accounts that connectors assume. */
export function assumedRoles(connectors: readonly InstalledConnector[]): string[] {
  const arns = connectors.flatMap(({ settings }) => {
    const assuming = Assuming.safeParse(settings);
    return assuming.success ? [assuming.data.assumeRole.roleArn] : [];
  });
  return [...new Set(arns)].toSorted();
}

/** Secrets that the settings of connectors name, as ARNs. */
export function connectorSecrets(connectors: readonly InstalledConnector[]): string[] {
  const arns = connectors.flatMap(({ id, settings }) => {
    const module = connectorRegistry.get(id);
    return module ? secretsNamed(module.manifest, settings) : [];
  });
  return [...new Set(arns)].toSorted();
}

/** An action of IAM (`iam:ListUsers`); what other systems call their rights is granted there, by whoever runs them. */
const AWS_ACTION = /^[a-z0-9-]+:[A-Z]\w*$/;

/** What a connector needs for those purposes, in the account it works in. */
export function permissionsFor(connectorId: string, purposes: readonly ConnectorPurpose[]): Permission[] {
  const permissions = connectorRegistry.get(connectorId)?.manifest.permissions ?? [];
  const byResource = new Map<string, { actions: Set<string>; reasons: Set<string> }>();
  for (const { action, resource, for: purpose, why } of permissions) {
    if (!purposes.includes(purpose) || !AWS_ACTION.test(action)) continue;
    const here = byResource.get(resource) ?? { actions: new Set(), reasons: new Set() };
    here.actions.add(action);
    here.reasons.add(`${action} (${why})`);
    byResource.set(resource, here);
  }
  return [...byResource].map(([resource, { actions, reasons }]) => ({
    actions: [...actions].toSorted(),
    resources: [inThisAccount(resource)],
    because: `The connector ${connectorId} works on any identity of the account: ${[...reasons].toSorted().join(', ')}.`,
  }));
}

/**
 * Gives a function what its connectors need: the secrets their settings name, the right to assume the role of a connector
 * that works elsewhere, the permissions of the manifest for one that works in this account.
 */
export function grantConnectors(
  { role, lambda }: ProductFunction,
  connectors: readonly InstalledConnector[],
  purposes: readonly ConnectorPurpose[],
  ownRoles: readonly string[],
): void {
  const elsewhere = assumedRoles(connectors);
  if (elsewhere.length > 0) allow(role, { actions: ['sts:AssumeRole'], resources: elsewhere });
  const secrets = connectorSecrets(connectors);
  if (secrets.length > 0) allow(role, { actions: ['secretsmanager:GetSecretValue'], resources: secrets });
  const here = connectors.filter((connector) => assumedRoles([connector]).length === 0);
  for (const id of new Set(here.map((connector) => connector.id))) {
    const permissions = permissionsFor(id, purposes);
    if (permissions.length === 0) continue;
    const policy = new Policy(role, `Connector-${id}`, { policyName: `connector-${id}` });
    policy.attachToRole(role);
    for (const permission of permissions) allow(policy, permission);
    keepOff(policy, ownRoles);
    if (permissions.some(({ actions }) => actions.includes('secretsmanager:PutResourcePolicy'))) {
      keepOffOwnSecrets(policy);
    }
    // The function alone: its role must come before the policy.
    lambda.node.addDependency(policy);
  }
}

/** Keeps whoever may change any role from changing those: a role that writes its own policies may do anything. */
export function keepOff(policy: Policy, roleArns: readonly string[]): void {
  policy.addStatements(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: ['iam:DeleteRolePolicy', 'iam:PutRolePolicy'],
      resources: [...roleArns],
    }),
  );
}

/** Keeps whoever may write any secret's policy off the product's own secrets, which carry its tag. */
function keepOffOwnSecrets(policy: Policy): void {
  policy.addStatements(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: ['secretsmanager:DeleteResourcePolicy', 'secretsmanager:PutResourcePolicy'],
      resources: ['*'],
      conditions: { Null: { 'aws:ResourceTag/countersign:stage': 'false' } },
    }),
  );
}

/** `arn:aws:iam::*:user/*` is any user; of this account, in this partition, is what is meant. */
function inThisAccount(resource: string): string {
  return resource.replace(/^arn:aws:(\w+):([\w*-]*):\*:/, `arn:${Aws.PARTITION}:$1:$2:${Aws.ACCOUNT_ID}:`);
}
