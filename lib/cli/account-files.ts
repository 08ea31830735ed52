// `--credential-report`, `--authorization-details` and files of owners: somebody's own account instead of the made-up company.
import { access } from 'node:fs/promises';
import type { Command } from 'commander';
import { InvalidInputError } from '../domain/errors.ts';
import type { AccountFiles } from '../local/company/company-from-files.ts';
import { readPort } from './arguments.ts';
import type { CliContext } from './context.ts';
import { type OwnerOptions, ownerPathsOf, withOwnerFiles } from './owner-files.ts';

/** The options, as commander gives them. */
export interface AccountOptions extends OwnerOptions {
  readonly credentialReport?: string;
  readonly authorizationDetails?: string;
  readonly portSlack?: string;
  readonly portMail?: string;
  readonly portWeb?: string;
}

/** Adds the options of a stack that is about to start. */
export function startingStack(command: Command): Command {
  const account = command
    .option(
      '--credential-report <file>',
      'your account: what GetCredentialReport gives (CSV, or the CLI’s JSON)',
    )
    .option(
      '--authorization-details <file>',
      'your account: what GetAccountAuthorizationDetails gives (JSON)',
    );
  return withOwnerFiles(account)
    .option('--port-slack <port>', 'port of the Slack page (default: any free one)')
    .option('--port-mail <port>', 'port of the mailbox')
    .option('--port-web <port>', 'port of the review page');
}

/** The files meant, as whole paths; undefined for the made-up company. @throws InvalidInputError naming what is missing */
export async function accountFilesOf(
  context: CliContext,
  options: AccountOptions,
): Promise<AccountFiles | undefined> {
  const given = {
    ...(options.credentialReport === undefined
      ? {}
      : { credentialReport: context.path(options.credentialReport) }),
    ...(options.authorizationDetails === undefined
      ? {}
      : { authorizationDetails: context.path(options.authorizationDetails) }),
    ...ownerPathsOf(context, options),
  };
  if (Object.keys(given).length === 0) return undefined;
  if (!('credentialReport' in given) && !('authorizationDetails' in given)) {
    throw new InvalidInputError({
      code: 'BAD_ARGUMENT',
      message: `--${Object.keys(given)[0] ?? ''}: also needs --credential-report or --authorization-details; owners of what?`,
    });
  }
  for (const path of pathsIn(given)) await mustExist(path);
  return given;
}

function pathsIn({ owners, codeowners = [], catalog = [], ...account }: AccountFiles): string[] {
  const all = [...Object.values(account), owners, ...codeowners.map(({ file }) => file), ...catalog];
  return all.filter((path) => path !== undefined);
}

/** The ports meant. */
export function portsOf({ portSlack, portMail, portWeb }: AccountOptions) {
  return {
    slackPort: readPort('--port-slack', portSlack),
    mailPort: readPort('--port-mail', portMail),
    webPort: readPort('--port-web', portWeb),
  };
}

async function mustExist(path: string): Promise<void> {
  try {
    await access(path);
  } catch (cause) {
    throw new InvalidInputError({ code: 'MALFORMED_FILE', message: `${path}: cannot be read`, cause });
  }
}
