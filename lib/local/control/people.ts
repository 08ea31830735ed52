// Who acts through the command on the embedded stack.
import { sha256Hex } from '../../domain/attestation/bytes/sha256.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import type { Authenticated } from '../../domain/review/decision.ts';
import { personCalled } from '../../runtime/control/people.ts';
import type { LocalStack } from '../stack.ts';

/**
 * Somebody who merely says who they are: attested as such. The evidence is the request itself.
 * @throws InvalidInputError when they say nothing, or name nobody
 */
export async function actAs(
  stack: LocalStack,
  called: string | undefined,
  evidence: string,
): Promise<Authenticated> {
  if (called === undefined) {
    throw new InvalidInputError({ code: 'BAD_ARGUMENT', message: '--as: say who you are.' });
  }
  const directory = await stack.environment.people.directory();
  return {
    personId: personCalled(directory, called).personId,
    method: 'local-demo',
    issuer: 'countersign local',
    at: stack.clock.now(),
    evidenceDigest: sha256Hex(new TextEncoder().encode(evidence)),
  };
}
