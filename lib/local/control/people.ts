// Who acts through the command on the embedded stack.
import { sha256Hex } from '../../domain/attestation/bytes/sha256.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import type { Authenticated } from '../../domain/review/decision.ts';
import type { Directory } from '../../domain/review/directory.ts';
import type { Person } from '../../domain/review/person.ts';
import type { LocalStack } from '../stack.ts';

/** The person called so: a person id or an e-mail address. @throws InvalidInputError naming those there are */
export function personCalled(directory: Directory, called: string): Person {
  const person = directory.person(called) ?? directory.byEmail(called);
  if (person) return person;
  const ids = directory.everyone().map(({ personId }) => personId);
  const listed = ids.slice(0, 30).join(', ');
  throw new InvalidInputError({
    code: 'UNKNOWN_REVIEWER',
    message: `--as: there is nobody called "${called}"; there are ${listed}${ids.length > 30 ? ', …' : ''}.`,
  });
}

/** Somebody who merely says who they are: attested as such. The evidence is the request itself. */
export async function actAs(stack: LocalStack, called: string, evidence: string): Promise<Authenticated> {
  const directory = await stack.environment.people.directory();
  return {
    personId: personCalled(directory, called).personId,
    method: 'local-demo',
    issuer: 'countersign local',
    at: stack.clock.now(),
    evidenceDigest: sha256Hex(new TextEncoder().encode(evidence)),
  };
}
