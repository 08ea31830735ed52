// `identities` lists the register, and marks what was exposed; `identity` explains one.

import type { Command } from 'commander';
import { identityListText } from '../../presentation/terminal/identity-list.ts';
import { identityPageText } from '../../presentation/terminal/identity-page.ts';
import { oneLine } from '../../presentation/web/safe-text.ts';
import type { AddCommand } from '../command.ts';
import { examples } from '../command.ts';
import type { CliContext } from '../context.ts';
import { actorOf, lookOf, onTarget, type TargetOptions, targetOf, withActor } from '../on-stack.ts';

/** Adds `identities`. */
export const addIdentities: AddCommand = (program, context) => {
  const command = onTarget(
    program
      .command('identities')
      .summary('list the register, worst risk first')
      .description(
        'List the register, worst risk first: what each identity is, who answers for it, its standing.',
      )
      .option('--where <cel>', 'only those a CEL expression over identity and risk admits'),
  );
  examples(
    command,
    'identities',
    `identities --where 'risk.tier == "critical" && identity.owned == false'`,
    `identities --where 'identity.lastUsedDays > 90' --json`,
  ).action(async (options: TargetOptions & { readonly where?: string }) => {
    const target = await targetOf(context, options);
    const identities = await target.ask({
      do: 'identities',
      ...(options.where === undefined ? {} : { where: options.where }),
    });
    const { now } = await target.ask({ do: 'time' });
    context.say({
      json: { asOf: now, identities },
      text: identityListText(identities, lookOf(context, now)),
    });
  });
  addExposed(command, context);
};

function addExposed(identities: Command, context: CliContext): void {
  const command = withActor(
    onTarget(
      identities
        .command('exposed')
        .description('Report that a secret of an identity was exposed (security and admins).')
        .argument('<identity>', 'its id, its key, or its name where only one has it')
        .requiredOption('--note <text>', 'what happened')
        .option('--credential <id>', 'the credential it is about')
        .option('--source <text>', 'who or what found it', 'a person'),
    ),
  );
  examples(command, 'identities exposed svc-ci-deploy --note "pushed to a public repository"').action(
    async (called: string, options: ExposedOptions) => {
      const target = await targetOf(context, options);
      const as = actorOf(context, options, target);
      const { note, source, credential } = options;
      const about = credential === undefined ? {} : { credentialId: credential };
      const outcome = await target.ask({ do: 'report-exposure', called, note, source, ...about, as });
      context.say({ json: outcome, text: `${oneLine(outcome.text, 2000)}\n` });
    },
  );
}

interface ExposedOptions extends TargetOptions {
  readonly note: string;
  readonly source: string;
  readonly credential?: string;
  readonly as?: string;
}

/** Adds `identity`. */
export const addIdentity: AddCommand = (program, context) => {
  const command = onTarget(
    program
      .command('identity')
      .summary('explain one identity')
      .description(
        'Explain one identity: purpose, owners, credentials, access, risk, standing, removal path, history.',
      )
      .argument('<identity>', 'its id, its key, or its name where only one has it'),
  );
  examples(
    command,
    'identity svc-ci-deploy',
    'identity aws-iam/440987120365/service-account/user/svc-ci-deploy --json',
  ).action(async (called: string, options: TargetOptions) => {
    const target = await targetOf(context, options);
    const explained = await target.ask({ do: 'identity', called });
    context.say({ json: explained, text: identityPageText(explained, lookOf(context, explained.now)) });
  });
};
