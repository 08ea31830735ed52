// The stacks of an installation, of a witness, or of a member account: which of them, the context says.
import { join, resolve } from 'node:path';
import { type App, type StackProps, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { FUNCTION_NAMES } from '../functions.ts';
import { bundleFunctions } from './bundle-functions.ts';
import { badSetting } from './config/config-file.ts';
import { readStage } from './config/read-stage.ts';
import { commitOf, releaseOf } from './release.ts';
import { DataStack } from './stacks/data-stack.ts';
import { ServiceStack } from './stacks/service-stack.ts';

/** What an app is made from. */
export interface AppParts {
  /** Folder of the source tree. */
  readonly root: string;
  /** Folder of the configuration. @default `config` in root */
  readonly configFolder?: string;
  /** Folder of the functions' entry files. @default `lambdas` in root */
  readonly entries?: string;
}

/** Which stacks: `-c stack=…`. */
const KINDS = ['service', 'witness', 'member-role'] as const;

/**
 * Fills an app with the stacks its context asks for: `stage` names the configuration, `stack` says which part of it.
 * `config` is another folder of configurations.
 * @throws InvalidInputError BAD_SETTING, a line for each thing that is wrong with the configuration
 */
export async function fillApp(app: App, parts: AppParts): Promise<void> {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const stage = contextOf(app, 'stage') ?? 'example';
  const kind = contextOf(app, 'stack') ?? 'service';
  const folder = parts.configFolder ?? resolve(contextOf(app, 'config') ?? join(parts.root, 'config'));
  switch (kind) {
    case 'service':
      return addInstallation(app, folder, stage, parts);
    default:
      throw badSetting([`-c stack=${kind}: there is no such stack; there are ${KINDS.join(', ')}`]);
  }
}

async function addInstallation(app: App, folder: string, name: string, parts: AppParts): Promise<void> {
  const stage = await readStage(folder, name);
  const { root, entries } = parts;
  const bundles = await bundleFunctions({ root, entries, names: FUNCTION_NAMES });
  const release = releaseOf(bundles, commitOf(root));
  const props = envOf(stage.config);
  const data = new DataStack(app, `Countersign-${name}-Data`, { ...props, config: stage.config });
  const service = new ServiceStack(app, `Countersign-${name}-Service`, { ...props, stage, release });
  // The parameters it reads are not references: CDK does not see that one comes before the other.
  service.addStackDependency(data, 'reads its parameters');
  Tags.of(app).add('countersign:stage', name);
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
