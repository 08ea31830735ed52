// The members that the pass read for every function.
import type { Environment } from '../../application/environment.ts';
import { IntegrityError } from '../../domain/errors.ts';
import { HOUR_MS, millisOf } from '../../domain/time.ts';
import type { SlackLog } from './log.ts';
import { type Member, membersKept } from './members.ts';

/** From then on the list is called old, in ms; it is read every quarter of an hour, or more seldom where it is long. */
const OLD_MS = 6 * HOUR_MS;

/** The members shared as of real time `nowMs`; undefined where none are yet, or the file cannot be trusted. */
export type SharedMembers = (nowMs: number) => Promise<readonly Member[] | undefined>;

/**
 * Finds the shared members: one look at the record, and one file when it is another than before. An old list serves, and
 * the log says so. A file that is not what its record says is refused, and the log says so; the list before it serves on.
 */
export function sharedMembers(deps: {
  readonly store: Pick<Environment['store'], 'get'>;
  readonly blobs: Pick<Environment['blobs'], 'get'>;
  readonly teamId: string;
  readonly log: SlackLog;
}): SharedMembers {
  let last: { readonly digest: string; readonly members: readonly Member[] } | undefined;
  return async (nowMs) => {
    const row = await deps.store.get('slack-members', { teamId: deps.teamId });
    if (!row?.read) return undefined;
    const { digest, at } = row.read;
    const ageMs = nowMs - millisOf(at);
    if (ageMs >= OLD_MS) deps.log('warn', 'the shared list of members is old; it serves on', { at, ageMs });
    try {
      if (last?.digest !== digest)
        last = { digest, members: await membersKept(deps.blobs, deps.teamId, digest) };
    } catch (error) {
      if (!(error instanceof IntegrityError)) throw error;
      deps.log('error', 'the shared list of members cannot be trusted', { code: error.code, digest });
    }
    return last?.members;
  };
}
