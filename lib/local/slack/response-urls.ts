// Response urls: five answers within thirty minutes to whatever a person did.
import { randomBytes } from 'node:crypto';

const responseUrlLifeMs = 30 * 60_000;
const maxUses = 5;

/** What a response url answers to. */
export interface ResponseTarget {
  readonly user: string;
  readonly channel: string;
  /** The message acted on; absent after a slash command. */
  readonly ts?: string;
}

/** Issues and redeems response urls, by the secret in them. */
export interface ResponseUrls {
  issue(target: ResponseTarget): string;
  redeem(secret: string): ResponseTarget | { readonly problem: 'used_url' | 'expired_url' };
}

/** Response urls under `base`, against the wall clock. */
export function createResponseUrls(base: () => string, wallClockMs: () => number): ResponseUrls {
  const issued = new Map<string, { readonly target: ResponseTarget; readonly atMs: number; uses: number }>();
  return {
    issue(target) {
      const atMs = wallClockMs();
      for (const [secret, { atMs: then }] of issued)
        if (atMs - then > responseUrlLifeMs) issued.delete(secret);
      const secret = randomBytes(18).toString('base64url');
      issued.set(secret, { target, atMs, uses: 0 });
      return `${base()}/${secret}`;
    },
    redeem(secret) {
      const found = issued.get(secret);
      if (!found || wallClockMs() - found.atMs > responseUrlLifeMs) return { problem: 'expired_url' };
      if (found.uses >= maxUses) return { problem: 'used_url' };
      found.uses += 1;
      return found.target;
    },
  };
}
