// `roles`: who may do what in the tool; grants that the directory shows take two people.
import type { Command } from 'commander';
import type { RoleChange } from '../../application/governance/role-book.ts';
import { tableOf } from '../../presentation/terminal/table.ts';
import { type ByTwoOptions, sayByTwo, twoOf, withTwo } from '../by-two.ts';
import { type AddCommand, examples } from '../command.ts';
import type { CliContext } from '../context.ts';
import { onTarget, type TargetOptions, targetOf } from '../on-stack.ts';

/** Adds the command. */
export const addRoles: AddCommand = (program, context) => {
  const group = program
    .command('roles')
    .summary('who may do what in the tool')
    .description(
      'Roles in the tool. They are given in the directory; one counts once two other people confirmed it, and is gone as soon as the directory takes it away.',
    );
  const list = onTarget(group.command('list').description('Roles that count, and grants that wait.'));
  examples(list, 'roles list').action(async (flags: TargetOptions) => {
    const target = await targetOf(context, flags);
    const now = await target.ask({ do: 'roles' });
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
  const command = withTwo(
    onTarget(
      group
        .command('confirm')
        .description('Confirm grants, with a second person. Nobody confirms a role of their own.')
        .argument('[person]', 'only those of this person (default: all that wait)'),
    ),
  );
  examples(
    command,
    'roles confirm priya.nair --as ines.moreau --approved-by tomasz.wolski',
    'roles confirm priya.nair --endpoint https://reviews.example.com',
    'roles confirm priya.nair --approve rq-0123456789abcdef01234567',
  ).action(async (person: string | undefined, flags: ByTwoOptions) => {
    const target = await targetOf(context, flags);
    const named = person === undefined ? {} : { person };
    const outcome = await target.ask({ do: 'confirm-roles', ...named, ...twoOf(context, flags, target) });
    const again = person === undefined ? 'roles confirm' : `roles confirm ${person}`;
    sayByTwo(context, outcome, again, (granted) => ({
      json: { granted },
      text: granted.map(lineOf).join(''),
    }));
  });
}

function lineOf({ personId, role }: RoleChange): string {
  return `${personId} has the role ${role} now.\n`;
}
