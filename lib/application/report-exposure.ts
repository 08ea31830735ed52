// A secret that may be in other hands: reported, marked, and asked about.
import { RefusedError } from '../domain/errors.ts';
import type { Authenticated } from '../domain/review/decision.ts';
import type { Role } from '../domain/review/person.ts';
import { isHere } from '../domain/review/resolve-owner.ts';
import { untilNoConflict } from './conflict.ts';
import type { Environment } from './environment.ts';
import { noteEvent } from './events/raise-event.ts';
import { findIdentity } from './find-identity.ts';
import { fileBytes } from './plain-json.ts';
import { update } from './ports/review-store.ts';
import { remember } from './remember-act.ts';

/** Who may report it. */
const ROLES: readonly Role[] = ['security', 'admin'];

/** What is reported. */
export interface ReportExposureInput {
  /** Id, key or unique name of the identity. */
  readonly called: string;
  readonly credentialId?: string | undefined;
  /** Who or what found it: `GitHub secret scanning`. */
  readonly source: string;
  readonly note: string;
  readonly who: Authenticated;
  readonly actId: string;
}

/**
 * Makes the use case: from now on its removals are brought back by the role security alone, and a definition with the event
 * `secret-exposed` asks about it. The same act twice counts once.
 * @throws RefusedError NOT_ELIGIBLE, or NOT_FOUND when the register has no such identity or credential
 */
export function reportExposure(environment: Environment) {
  return (input: ReportExposureInput): Promise<{ readonly text: string }> =>
    untilNoConflict(async () => {
      const { store, blobs, people, attestor, clock } = environment;
      const earlier = await store.get('handled', { messageId: input.actId });
      if (earlier) return { text: earlier.outcome };
      const at = clock.now();
      const person = (await people.directory()).person(input.who.personId);
      const role = ROLES.find((each) => person?.roles.includes(each));
      if (!person || !isHere(person, at) || role === undefined) {
        const message = 'Exposed secrets are reported by security and admins.';
        throw new RefusedError({ code: 'NOT_ELIGIBLE', message });
      }
      const row = await findIdentity(environment, input.called);
      const { identity, identityId, identityKey } = row;
      const { credentialId } = input;
      if (
        credentialId !== undefined &&
        !identity.credentials.some((each) => each.credentialId === credentialId)
      ) {
        const message = `${identity.name} has no credential "${credentialId}".`;
        throw new RefusedError({ code: 'NOT_FOUND', message });
      }
      const about = credentialId === undefined ? {} : { credentialId };
      const { source, note } = input;
      const signed = await attestor.attest(
        {
          name: 'exposure-reported',
          subject: { name: identityId, sha256: await blobs.put(fileBytes(identity)) },
          step: `exposure/${input.actId}`,
          ordinal: 0,
          predicate: {
            build: attestor.build,
            actor: attestor.person(input.who, `role ${role}`),
            at,
            identityId,
            ...about,
            source,
            note,
          },
        },
        at,
      );
      const text = `${identity.name} is marked as exposed. What is switched off of it now comes back on the word of security alone.`;
      const cause = `A secret of it was reported exposed (${source}): ${note}`;
      await store.commit([
        update('identity', row, { exposedAt: at }),
        noteEvent({ event: 'secret-exposed', identityKey, cause, at, occasion: input.actId }),
        remember(input.actId, at, text),
        ...signed.writes,
      ]);
      return { text };
    });
}
