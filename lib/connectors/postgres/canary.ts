// A real login as a role that was switched off, to see it refused for that reason and no other.
import { DatabaseError } from 'pg';
import { createClient, type Password } from './session.ts';
import type { ServerSettings } from './settings.ts';
import { toUpstream } from './upstream.ts';

/** How a login ended. `refused`: the role may not log in. `inconclusive`: refused, or stopped, for another reason. */
export type LoginAttempt =
  | { readonly ended: 'admitted' }
  | { readonly ended: 'refused'; readonly reason: string }
  | { readonly ended: 'inconclusive'; readonly reason: string };

/** Tries to log in as a role; a session that opens after all is ended at once. Never throws for what the server answers. */
export async function tryLogin(
  server: ServerSettings,
  role: string,
  password: Password,
): Promise<LoginAttempt> {
  const { client, close } = createClient({ ...server, user: role }, password);
  try {
    await client.connect();
    return { ended: 'admitted' };
  } catch (error) {
    return readRefusal(error);
  } finally {
    close();
  }
}

/**
 * 28000 alone says too little: pg_hba.conf and peer answer it as well. Its routine tells where it was raised, in no
 * language. The password was accepted by then, and that the role exists was read back.
 */
export function readRefusal(error: unknown): LoginAttempt {
  if (!(error instanceof DatabaseError)) {
    return { ended: 'inconclusive', reason: toUpstream(error, 'login as the role').message };
  }
  const { code = '', routine, message } = error;
  if (code === '28000' && routine === 'InitializeSessionUserId') {
    return { ended: 'refused', reason: `login refused with SQLSTATE 28000: ${message}` };
  }
  if (code === '28P01') {
    return {
      ended: 'inconclusive',
      reason:
        'login refused with SQLSTATE 28P01, which proves nothing: a wrong password, an expired and an unknown role all answer it',
    };
  }
  return { ended: 'inconclusive', reason: `login refused for another reason, SQLSTATE ${code}: ${message}` };
}
