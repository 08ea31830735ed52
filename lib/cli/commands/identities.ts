// `identities` lists the register; `identity` explains one.

import { identityListText } from '../../presentation/terminal/identity-list.ts';
import { identityPageText } from '../../presentation/terminal/identity-page.ts';
import type { AddCommand } from '../command.ts';
import { examples } from '../command.ts';
import { lookOf, onTarget, type TargetOptions, targetOf } from '../on-stack.ts';

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
};

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
