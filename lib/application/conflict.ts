// What to do when somebody else wrote first: read again and decide again.
import { ConflictError } from '../domain/errors.ts';

/**
 * Runs `attempt` until it commits without conflict, at most `tries` times. The attempt must read its state afresh each
 * time, so that it sees what the other writer did.
 * @throws ConflictError when the last try conflicts too.
 */
export async function untilNoConflict<T>(attempt: () => Promise<T>, tries = 6): Promise<T> {
  for (let round = 1; ; round += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ConflictError) || round >= tries) throw error;
    }
  }
}
