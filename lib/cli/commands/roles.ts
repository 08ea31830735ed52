// `roles`: who may do what in the tool; grants that the directory shows take two people.
import type { Command } from 'commander';
import type { RoleChange } from '../../application/governance/role-book.ts';
import { tableOf } from '../../presentation/terminal/table.ts';
import { type AddCommand, examples } from '../command.ts';
import type { CliContext } from '../context.ts';
import { actorOf, onStack, type StackOptions, stackOf, withActor } from '../on-stack.ts';

/** Adds the command. */
export const addRoles: AddCommand = (program, context) => {
  const group = program
    .command('roles')
    .summary('who may do what in the tool')
    .description(
      'Roles in the tool. They are given in the directory; one counts once two other people confirmed it, and is gone as soon as the directory takes it away.',
    );
  const list = onStack(group.command('list').description('Roles that count, and grants that wait.'));
  examples(list, 'roles list').action(async (flags: StackOptions) => {
    const stack = await stackOf(context, flags);
    const now = await stack.ask({ do: 'roles' });
    const rows = [
      ...Object.entries(now.roles).map(([personId, roles]) => [personId, roles.join(', '), '']),
      ...now.pending.map(({ personId, role }) => [personId, role, 'waits for two people']),
    ];
    const table = tableOf([{ title: 'PERSON' }, { title: 'ROLES' }, { title: '' }], rows);
    context.say({ json: now, text: table === '' ? 'Nobody has a role beyond owner.\n' : table });
  });
  addConfirm(group, context);
};

function addConfirm(group: Command, context: CliContext): void {
  const command = withActor(
    onStack(
      group
        .command('confirm')
        .description('Confirm grants, with a second person. Nobody confirms a role of their own.')
        .argument('[person]', 'only those of this person (default: all that wait)')
        .requiredOption('--approved-by <person>', 'the second person'),
    ),
  );
  examples(command, 'roles confirm priya.nair --as ines.moreau --approved-by tomasz.wolski').action(
    async (
      person: string | undefined,
      flags: StackOptions & { readonly as?: string; readonly approvedBy: string },
    ) => {
      const stack = await stackOf(context, flags);
      const { approvedBy } = flags;
      const named = person === undefined ? {} : { person };
      const granted = await stack.ask({
        do: 'confirm-roles',
        ...named,
        as: actorOf(context, flags),
        approvedBy,
      });
      context.say({ json: { granted }, text: granted.map(lineOf).join('') });
    },
  );
}

function lineOf({ personId, role }: RoleChange): string {
  return `${personId} has the role ${role} now.\n`;
}
