// `--owners`, `--codeowners`, `--catalog`: files that say who owns what.
import type { Command } from 'commander';
import type { OwnerPaths } from '../adapters/people/read-owner-files.ts';
import { badArgument } from './arguments.ts';
import type { CliContext } from './context.ts';

/** The options, as commander gives them. */
export interface OwnerOptions {
  readonly owners?: string;
  readonly codeowners?: readonly string[];
  readonly catalog?: readonly string[];
}

/** Adds the options. */
export function withOwnerFiles(command: Command): Command {
  return command
    .option('--owners <file>', 'who owns what (CSV: identity, owner, team, …)')
    .option(
      '--codeowners <repository=file...>',
      'a CODEOWNERS file and its repository (github.com/acme/infra=CODEOWNERS)',
    )
    .option('--catalog <file...>', 'descriptor files of a Backstage catalogue (YAML)');
}

/** The files meant, as whole paths; nothing that was not given. @throws InvalidInputError naming a value without "=" */
export function ownerPathsOf(context: CliContext, { owners, codeowners, catalog }: OwnerOptions): OwnerPaths {
  return {
    ...(owners === undefined ? {} : { owners: context.path(owners) }),
    ...(codeowners === undefined ? {} : { codeowners: codeowners.map((text) => placeIn(context, text)) }),
    ...(catalog === undefined ? {} : { catalog: catalog.map((file) => context.path(file)) }),
  };
}

function placeIn(context: CliContext, text: string): { repository: string; file: string } {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) {
    throw badArgument(
      '--codeowners',
      text,
      'a repository and a file, such as github.com/acme/infra=CODEOWNERS',
    );
  }
  return { repository: text.slice(0, at), file: context.path(text.slice(at + 1)) };
}
