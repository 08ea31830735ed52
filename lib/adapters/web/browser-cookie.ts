// One browser, known by a cookie, and the anti-forgery token that only a page opened in it carries.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

/** Remembers browsers and vouches for forms. */
export interface BrowserCookie {
  /** The browser's id; a new one gets its cookie with this response. */
  know(c: Context): string;
  /** The id in a cookie that we signed, or undefined. */
  read(c: Context): string | undefined;
  /** Token of a form about one link in one browser. */
  formToken(browser: string, linkToken: string): string;
  /** Whether the form was opened in this browser for this link. */
  isOurs(browser: string, linkToken: string, formToken: string): boolean;
}

const LIFETIME_SECONDS = 60 * 60 * 12;

/**
 * `secure`: HTTPS, with the `__Host-` prefix, so that no sibling domain can plant a cookie. The embedded stack has plain
 * HTTP on localhost and goes without. SameSite=Strict: a form on another site sends no cookie at all.
 */
export function browserCookie(secret: string, secure: boolean): BrowserCookie {
  const name = secure ? '__Host-countersign-browser' : 'countersign-browser';
  const mac = (...parts: readonly string[]) =>
    createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64url');

  const read = (c: Context): string | undefined => {
    const [id, signature, ...rest] = (getCookie(c, name) ?? '').split('.');
    if (!id || !signature || rest.length > 0) return undefined;
    return same(signature, mac('browser', id)) ? id : undefined;
  };

  return {
    read,
    know(c) {
      const known = read(c);
      if (known !== undefined) return known;
      const id = randomBytes(24).toString('base64url');
      setCookie(c, name, `${id}.${mac('browser', id)}`, {
        path: '/',
        httpOnly: true,
        secure,
        sameSite: 'Strict',
        maxAge: LIFETIME_SECONDS,
      });
      return id;
    },
    formToken: (browser, linkToken) => mac('form', browser, linkToken),
    isOurs: (browser, linkToken, formToken) => same(formToken, mac('form', browser, linkToken)),
  };
}

function same(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
