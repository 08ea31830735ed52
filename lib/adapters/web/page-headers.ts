// Headers of every answer: nothing runs, nothing is fetched, nothing is kept, nobody frames it, no address leaks.
import { createHash } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { STYLE } from '../../presentation/web/style.ts';

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** The pages' content security policy: exactly our style sheet, forms to ourselves, and nothing else at all. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${STYLE_HASH}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** Sets them, on errors too. The address holds the link's token: it must not travel in a Referer. */
export function pageHeaders(secure: boolean): MiddlewareHandler {
  return async (c, next) => {
    await next();
    c.header('Content-Security-Policy', CONTENT_SECURITY_POLICY);
    c.header('Cache-Control', 'no-store');
    c.header('Referrer-Policy', 'no-referrer');
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('X-Frame-Options', 'DENY');
    c.header('X-Robots-Tag', 'noindex, nofollow');
    c.header('Cross-Origin-Opener-Policy', 'same-origin');
    c.header('Cross-Origin-Resource-Policy', 'same-origin');
    c.header('Permissions-Policy', 'camera=(), geolocation=(), microphone=()');
    if (secure) c.header('Strict-Transport-Security', 'max-age=31536000; includeSubDomains');
  };
}
