// Review links that may be in other hands: taken back all at once.
import { RefusedError } from '../domain/errors.ts';
import type { Authenticated } from '../domain/review/decision.ts';
import type { Role } from '../domain/review/person.ts';
import { isHere } from '../domain/review/resolve-owner.ts';
import type { Environment } from './environment.ts';
import { revokeLinks } from './links.ts';

/** Who may take back links of others. */
const ROLES: readonly Role[] = ['security', 'admin'];

/** Whose links, and who says so. */
export interface RevokeLinksInput {
  /** Person id or e-mail address. */
  readonly person: string;
  readonly who: Authenticated;
}

/**
 * Makes the use case: everybody may revoke their own links; security and admins those of others, also of who has left.
 * @throws RefusedError NOT_ELIGIBLE, or NOT_FOUND when the directory has no such person
 */
export function revokeLinksOf(environment: Environment) {
  return async ({ person, who }: RevokeLinksInput): Promise<{ readonly text: string }> => {
    const directory = await environment.people.directory();
    const actor = directory.person(who.personId);
    const whose = directory.person(person) ?? directory.byEmail(person);
    const isOwn = actor !== undefined && actor.personId === whose?.personId;
    const mayRevoke = actor !== undefined && isHere(actor, environment.clock.now());
    if (!mayRevoke || !(isOwn || actor.roles.some((role) => ROLES.includes(role)))) {
      throw new RefusedError({
        code: 'NOT_ELIGIBLE',
        message: 'Review links of other people are revoked by security and admins.',
      });
    }
    if (!whose)
      throw new RefusedError({ code: 'NOT_FOUND', message: `There is nobody called "${person}" here.` });
    await revokeLinks(environment, whose.personId);
    return {
      text: `Every review link sent to ${whose.name} until now is revoked. The next mail has a fresh one.`,
    };
  };
}
