// The stacks of an installation, of a witness, or of a member account: which of them, the context says.
import { join, resolve } from 'node:path';
import { type App, type StackProps, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { FUNCTION_NAMES } from '../functions.ts';
import { bundleFunctions } from './bundle-functions.ts';
import { badSetting } from './config/config-file.ts';
import { readStage, readWitness } from './config/read-stage.ts';
import { assumedRoles } from './connector-access.ts';
import { got } from './function-access.ts';
import { commitOf, releaseOf } from './release.ts';
import { DataStack } from './stacks/data-stack.ts';
import { MemberRoleStack } from './stacks/member-role-stack.ts';
import { ServiceStack } from './stacks/service-stack.ts';
import { WitnessStack } from './stacks/witness-stack.ts';

/** What an app is made from. */
export interface AppParts {
  /** Folder of the source tree. */
  readonly root: string;
  /** Folder of the configuration. @default `config` in root */
  readonly configFolder?: string;
  /** Folder of the functions' entry files. @default `lambdas` in root */
  readonly entries?: string;
  /** Whether cdk-nag looks at the stacks. @default true */
  readonly checked?: boolean;
}

/** The function of a witness. */
const WITNESS = 'cosign-heads';

/** Every function, of installation and witness: bundled together, whichever of them is deployed. */
export const BUNDLED: readonly string[] = [...FUNCTION_NAMES, WITNESS];

/** Which stacks: `-c stack=…`. */
const KINDS = ['service', 'witness', 'member-role'] as const;

/**
 * Fills an app with the stacks its context asks for: `stage` names the configuration, `stack` says which part of it.
 * `config` is another folder of configurations.
 * @throws InvalidInputError BAD_SETTING, a line for each thing that is wrong with the configuration
 */
export async function fillApp(app: App, parts: AppParts): Promise<void> {
  if (parts.checked ?? true) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const stage = contextOf(app, 'stage') ?? 'example';
  const kind = contextOf(app, 'stack') ?? 'service';
  const folder = parts.configFolder ?? resolve(contextOf(app, 'config') ?? join(parts.root, 'config'));
  switch (kind) {
    case 'service':
      return addInstallation(app, folder, stage, parts);
    case 'witness':
      return addWitness(app, folder, stage, parts);
    case 'member-role':
      return addMemberRole(app, folder, stage);
    default:
      throw badSetting([`-c stack=${kind}: there is no such stack; there are ${KINDS.join(', ')}`]);
  }
}

async function addInstallation(app: App, folder: string, name: string, parts: AppParts): Promise<void> {
  const stage = await readStage(folder, name);
  const { root, entries } = parts;
  const bundles = await bundleFunctions({ root, entries, names: BUNDLED });
  const release = releaseOf(bundles, commitOf(root));
  const props = envOf(stage.config);
  const data = new DataStack(app, `Countersign-${name}-Data`, { ...props, config: stage.config });
  const service = new ServiceStack(app, `Countersign-${name}-Service`, { ...props, stage, release });
  // The parameters it reads are not references: CDK does not see that one comes before the other.
  service.addStackDependency(data, 'reads its parameters');
  Tags.of(app).add('countersign:stage', name);
}

async function addWitness(app: App, folder: string, name: string, parts: AppParts): Promise<void> {
  const config = readWitness(folder, name);
  const { root, entries } = parts;
  const { byName } = await bundleFunctions({ root, entries, names: BUNDLED });
  const bundle = got(byName, WITNESS);
  new WitnessStack(app, `Countersign-${name}-Witness`, { ...envOf(config), config, bundle });
}

async function addMemberRole(app: App, folder: string, name: string): Promise<void> {
  const { config } = await readStage(folder, name);
  const { name: roleName, enforce } = config.memberRole;
  const assuming = config.connectors.filter((connector) => assumedRoles([connector]).length > 0);
  const connectors = [...new Set(assuming.map(({ id }) => id))];
  new MemberRoleStack(app, `Countersign-${name}-MemberRole`, { roleName, enforce, connectors });
}

function envOf({
  account,
  region,
}: {
  account?: string | undefined;
  region?: string | undefined;
}): StackProps {
  return account !== undefined && region !== undefined ? { env: { account, region } } : {};
}

function contextOf(app: App, name: string): string | undefined {
  const value: unknown = app.node.tryGetContext(name);
  return typeof value === 'string' ? value : undefined;
}
