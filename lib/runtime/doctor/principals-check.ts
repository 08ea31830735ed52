// Whether people can use the command: it knows them by their AWS principals.
import type { Environment } from '../../application/environment.ts';
import { type Check, fine, problem } from './examine.ts';

/** Of a deployed installation: whoever looks after reviews, and auditors, have AWS principals. */
export function principalsCheck({ people }: Pick<Environment, 'people'>): Check {
  return {
    id: 'principals',
    title: 'AWS principals of people',
    run: async () => {
      const users = (await people.directory())
        .everyone()
        .filter(({ active, roles }) => active && roles.some((role) => role !== 'owner'));
      const without = users.filter(({ awsPrincipals }) => awsPrincipals.length === 0);
      if (without.length === 0) return fine(`All ${users.length} with a role have one.`);
      return problem(
        `None for ${without.map(({ personId }) => personId).join(', ')}: they cannot use the command.`,
        'Add awsPrincipals to them in people.yaml (what "aws sts get-caller-identity" says), and deploy again.',
      );
    },
  };
}
