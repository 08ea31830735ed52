// Stacks of the example configuration as templates, with functions that do nothing: what they bundle is tested elsewhere.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { BUNDLED, fillApp } from '../../lib/infrastructure/app.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

/** What to make. */
export interface SynthesiseOptions {
  readonly stack?: 'service' | 'witness' | 'member-role';
  readonly stage?: string;
  readonly configFolder?: string;
  /** Has cdk-nag and CDK's own rules look at it, and a report written. @default false: they take seconds */
  readonly checked?: boolean;
}

/** A cloud assembly. */
export interface Synthesised {
  readonly folder: string;
  /** The template of the stack whose name ends so. */
  template(ending: string): Template;
}

/** Makes the stacks. */
export async function synthesise(options: SynthesiseOptions = {}): Promise<Synthesised> {
  const { stack = 'service', stage = 'example', configFolder, checked = false } = options;
  const folder = temporaryFolder('synth');
  const { context } = CdkJson.parse(JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')));
  const app = new App({
    outdir: join(folder, 'cdk.out'),
    context: { ...context, stack, stage },
    builtinCloudFormationValidation: checked,
    stackTraces: false,
    treeMetadata: false,
  });
  await fillApp(app, {
    root: ROOT,
    entries: idleEntries(folder),
    checked,
    ...(configFolder !== undefined && { configFolder }),
  });
  const assembly = app.synth();
  return {
    folder: assembly.directory,
    template(ending) {
      const found = assembly.stacks.find(({ stackName }) => stackName.endsWith(ending));
      if (!found) throw new RangeError(`There is no stack ${ending}.`);
      return Template.fromJSON(found.template as Record<string, unknown>);
    },
  };
}

function idleEntries(folder: string): string {
  const entries = join(folder, 'entries');
  mkdirSync(entries);
  for (const name of BUNDLED) {
    writeFileSync(join(entries, `${name}.ts`), `export const handler = async () => '${name}';\n`);
  }
  return entries;
}

/** A resource of a template, with its logical id. */
export interface FoundResource {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly whole: Readonly<Record<string, unknown>>;
}

const Resource = z.looseObject({ Properties: z.record(z.string(), z.unknown()).default({}) });

/** Every resource of a type. */
export function resourcesOf(template: Template, type: string): FoundResource[] {
  return Object.entries(template.findResources(type)).map(([id, resource]) => {
    const whole = Resource.parse(resource);
    return { id, properties: whole.Properties, whole };
  });
}

const Statement = z.object({
  Effect: z.string(),
  Action: z.union([z.string(), z.array(z.string())]).transform((action) => [action].flat()),
  Resource: z.unknown().transform((resource) => [resource].flat()),
  Condition: z.unknown().optional(),
});
/** One statement of a policy, its actions and resources as lists. */
export type Statement = z.infer<typeof Statement>;
const Policy = z.object({
  PolicyDocument: z.object({ Statement: z.array(Statement) }),
  Roles: z.array(z.object({ Ref: z.string() })),
});

/** Every statement of the policies attached to a role. */
export function statementsOf(template: Template, roleName: string): Statement[] {
  const role = resourcesOf(template, 'AWS::IAM::Role').find(
    ({ properties }) => properties['RoleName'] === roleName,
  );
  if (!role) throw new RangeError(`There is no role ${roleName}.`);
  return resourcesOf(template, 'AWS::IAM::Policy')
    .map(({ properties }) => Policy.parse(properties))
    .filter(({ Roles }) => Roles.some(({ Ref }) => Ref === role.id))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** An intrinsic as text: `<Bucket>/blobs/*`. What names account, region and partition is left out. */
export function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(flat).join(',');
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, inner] = ['', undefined]] = Object.entries(value);
  if (name === 'Ref') return `<${String(inner)}>`;
  if (name === 'Fn::GetAtt') return `<${z.array(z.string()).parse(inner).join('.')}>`;
  if (name === 'Fn::Sub') return String(inner).replaceAll(/\$\{([^}]+)\}/g, '<$1>');
  if (name === 'Fn::Join') {
    const [separator, parts] = z.tuple([z.string(), z.array(z.unknown())]).parse(inner);
    return parts.map(flat).join(separator);
  }
  return JSON.stringify(value);
}
