// Reads an installation's configuration with every file it names, and checks what a schema cannot see.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse } from 'yaml';
import { readCatalog } from '../../adapters/people/backstage-catalog.ts';
import { declareOwners, type OwnerFiles } from '../../adapters/people/declare-owners.ts';
import { parseDirectoryFile } from '../../adapters/people/directory-file.ts';
import { DirectoryFile } from '../../adapters/people/directory-schema.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { QUEUES } from '../../functions.ts';
import { Organisation } from '../../installation.ts';
import { QUEUE_FEEDS } from '../function-sizes.ts';
import { QUEUE_NAMES } from '../names.ts';
import {
  badSetting,
  type ConfigFile,
  type Problem,
  parseConfig,
  problemsIn,
  readConfigFile,
} from './config-file.ts';
import { connectorProblems } from './connector-problems.ts';
import { StageConfig, StageName, WitnessConfig } from './stage-config.ts';

/** An installation as configured. */
export interface Stage {
  readonly config: StageConfig;
  readonly organisation: Organisation;
  /** Folder that the file names in the configuration start from. */
  readonly folder: string;
}

/**
 * Reads `<folder>/<stage>.yaml` and what it names.
 * @throws InvalidInputError BAD_SETTING naming file, line, key, the value found and what is allowed, for every problem
 */
export async function readStage(folder: string, stage: string): Promise<Stage> {
  const shown = shownIn(folder);
  const file = openConfig(folder, stage, '.yaml');
  const config = parseConfig(file, StageConfig);
  const problems = [...crossProblems(config, stage), ...connectorProblems(config, folder)];
  const read = (path: Problem['path'], name: string): string => {
    const full = join(folder, name);
    if (existsSync(full)) return readFileSync(full, 'utf8');
    problems.push({
      path,
      what: `there is no file ${shown(name)}; file names start from ${shown('')}`,
    });
    return '';
  };
  const people = read(['people'], config.people);
  const texts = new Map<string, string>();
  for (const { path, name } of ownerFilesIn(config)) texts.set(name, read(path, name));
  if (problems.length > 0) throw problemsIn(file, problems);
  const organisation = Organisation.parse({
    schemaVersion: 1,
    directory: await within(() => {
      parseDirectoryFile(people, shown(config.people));
      return DirectoryFile.parse(parse(people));
    }),
    ...(await within(() => ownersOf(config, texts, shown))),
  });
  return { config, organisation, folder };
}

/** Reads `<folder>/<name>.witness.yaml`. Throws as `readStage` does. */
export function readWitness(folder: string, name: string): WitnessConfig {
  const file = openConfig(folder, name, '.witness.yaml');
  const config = parseConfig(file, WitnessConfig);
  if (config.name === name) return config;
  throw problemsIn(file, [{ path: ['name'], what: `must be "${name}", as the file is named` }]);
}

/** Where the configuration names files of owners. */
function ownerFilesIn({ owners, codeowners, catalog }: StageConfig) {
  return [
    ...(owners === undefined ? [] : [{ path: ['owners'], name: owners }]),
    ...codeowners.map(({ file }, at) => ({ path: ['codeowners', at, 'file'], name: file })),
    ...catalog.map((name, at) => ({ path: ['catalog', at], name })),
  ];
}

/** Every file that says who owns what, checked under the names messages use; none that is not configured. */
async function ownersOf(
  { owners, codeowners, catalog }: StageConfig,
  texts: ReadonlyMap<string, string>,
  shown: (name: string) => string,
): Promise<OwnerFiles> {
  const textOf = (file: string) => ({ file, text: texts.get(file) ?? '' });
  const files = {
    ...(owners !== undefined && { owners: textOf(owners) }),
    ...(codeowners.length > 0 && {
      codeowners: codeowners.map(({ repository, file }) => ({ repository, ...textOf(file) })),
    }),
    ...(catalog.length > 0 && {
      catalog: readCatalog(catalog.map((file) => ({ ...textOf(file), file: shown(file) }))),
    }),
  };
  const renamed = <T extends { readonly file: string }>(each: T): T => ({ ...each, file: shown(each.file) });
  await declareOwners({
    ...files,
    owners: files.owners && renamed(files.owners),
    codeowners: files.codeowners?.map(renamed),
  });
  return files;
}

/** Files as messages name them: from where the command runs. */
function shownIn(folder: string): (name: string) => string {
  return (name) => join(relative(process.cwd(), folder), name);
}

function openConfig(folder: string, name: string, ending: string): ConfigFile {
  const shown = shownIn(folder);
  const parsed = StageName.safeParse(name);
  const known = existsSync(folder)
    ? readdirSync(folder).flatMap((entry) =>
        entry.endsWith(ending) && !entry.slice(0, -ending.length).includes('.')
          ? [entry.slice(0, -ending.length)]
          : [],
      )
    : [];
  if (!parsed.success || !known.includes(name)) {
    const wanted = known.length > 0 ? known.join(', ') : 'none: write one after example.yaml';
    throw badSetting([
      `-c stage=${name}: there is no file ${shown(`${name}${ending}`)}; there are: ${wanted}`,
    ]);
  }
  return readConfigFile(join(folder, `${name}${ending}`), shown(`${name}${ending}`));
}

function crossProblems(config: StageConfig, stage: string): Problem[] {
  const problems: Problem[] = [];
  if (config.stage !== stage)
    problems.push({ path: ['stage'], what: `must be "${stage}", as the file is named` });
  if ((config.account === undefined) !== (config.region === undefined)) {
    const lacks = config.account === undefined ? 'account' : 'region';
    problems.push({ path: [lacks], what: 'account and region are given together, or neither is' });
  }
  const { identity, from } = config.mail;
  const address = (/<(.+)>$/.exec(from)?.[1] ?? from).toLowerCase();
  const verified = identity.toLowerCase();
  const isCovered = verified.includes('@')
    ? address === verified
    : address.endsWith(`@${verified}`) || address.endsWith(`.${verified}`);
  if (!isCovered) {
    problems.push({ path: ['mail', 'from'], what: `must be an address of mail.identity (${identity})` });
  }
  for (const queue of QUEUE_NAMES) {
    const worker = QUEUES[queue];
    const reserved = config.concurrency.reserved[worker];
    const workers = config.concurrency.workers[queue] ?? QUEUE_FEEDS[queue].workers;
    if (reserved === undefined || reserved >= workers) continue;
    // What is throttled is received again and again, and in the end set aside as if it had failed.
    const what = `must be at least ${workers}, the workers of the queue ${queue}`;
    problems.push({ path: ['concurrency', 'reserved', worker], what });
  }
  for (const [at, { definition }] of config.schedules.campaigns.entries()) {
    const first = config.schedules.campaigns.findIndex((other) => other.definition === definition);
    if (first === at) continue;
    problems.push({
      path: ['schedules', 'campaigns', at, 'definition'],
      what: `has a schedule already (schedules.campaigns.${first})`,
    });
  }
  return problems;
}

/** Errors of other files are configuration errors too; they name their file themselves. */
async function within<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InvalidInputError) throw badSetting([error.message]);
    throw error;
  }
}
