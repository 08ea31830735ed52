// The token in a link's address.
import type { Context } from 'hono';
import { RefusedError } from '../../domain/errors.ts';

/** The token, if it can be one. @throws RefusedError NOT_FOUND */
export function linkToken(c: Context): string {
  const token = c.req.param('token') ?? '';
  if (!/^[\w-]{20,200}$/.test(token)) {
    throw new RefusedError({ code: 'NOT_FOUND', message: 'This link is not valid.' });
  }
  return token;
}
