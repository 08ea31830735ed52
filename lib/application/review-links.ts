// Links in mails and the one-time codes asked for at the moment of deciding. A link alone only ever shows.
import { RefusedError } from '../domain/errors.ts';
import type { Authenticated } from '../domain/review/decision.ts';
import type { Person } from '../domain/review/person.ts';
import { MINUTE_MS, plusMs } from '../domain/time.ts';
import { untilNoConflict } from './conflict.ts';
import type { Environment } from './environment.ts';
import { countCode } from './limit-codes.ts';
import { digestOfParts, makeLink, personOfLink } from './links.ts';
import { create, update } from './ports/review-store.ts';
import type { TellPerson } from './tell-person.ts';

/** How long a code is good for, in minutes, and how many wrong tries it stands. */
export const CODE_MINUTES = 10;
const CODE_TRIES = 5;

/** Makes the link for one mail to one person. */
export type LinkMail = (personId: string) => Promise<string>;

/** What the review page and its codes need. */
export interface ReviewLinks {
  readonly linkMail: LinkMail;
  /** The person a link shows the docket of. @throws RefusedError EXPIRED or NOT_FOUND. */
  reader(token: string): Promise<Person>;
  /**
   * Sends a code to the person of the link, bound to this browser. Returns the code's id.
   * @throws RefusedError STOPPED when too many were asked for with this link.
   */
  askForCode(token: string, browser: string): Promise<{ readonly codeId: string; readonly sentTo: string }>;
  /** Checks a code; once right, it is used up. @throws RefusedError WRONG_CODE or EXPIRED. */
  checkCode(input: {
    readonly token: string;
    readonly browser: string;
    readonly codeId: string;
    readonly code: string;
  }): Promise<Authenticated>;
}

/** Makes the use cases. `baseUrl` is where the review page lives, without a trailing slash. */
export function reviewLinks(environment: Environment, tell: TellPerson, baseUrl: string): ReviewLinks {
  const { store, randomness, clock } = environment;

  const reader = (token: string): Promise<Person> => personOfLink(environment, token, 'review');

  return {
    reader,
    linkMail: async (personId) => `${baseUrl}/review/${await makeLink(environment, personId, 'review')}`,
    async askForCode(token, browser) {
      const person = await reader(token);
      await countCode(environment, digestOfParts('link', token));
      const code = randomness.code(6);
      const codeId = randomness.token(16);
      await store.commit([
        create('code', {
          schemaVersion: 1,
          version: 1,
          codeId,
          personId: person.personId,
          codeDigest: digestOfParts('code', codeId, code),
          browserDigest: digestOfParts('browser', browser),
          expiresAt: plusMs(clock.now(), CODE_MINUTES * MINUTE_MS),
          triesLeft: CODE_TRIES,
        }),
      ]);
      const sentBy = await tell({
        to: person,
        purpose: 'one-time-code',
        occasion: codeId,
        shown: [],
        body: async () => ({ purpose: 'one-time-code', code, minutes: CODE_MINUTES }),
      });
      return { codeId, sentTo: sentBy === 'slack' ? 'Slack' : person.email };
    },
    checkCode: (input) => checkCode(environment, reader, input),
  };
}

async function checkCode(
  environment: Environment,
  reader: (token: string) => Promise<Person>,
  input: { readonly token: string; readonly browser: string; readonly codeId: string; readonly code: string },
): Promise<Authenticated> {
  const { store, clock } = environment;
  const person = await reader(input.token);
  const verdict = await untilNoConflict(async () => {
    const record = await store.get('code', { codeId: input.codeId });
    const now = clock.now();
    if (
      !record ||
      record.personId !== person.personId ||
      record.browserDigest !== digestOfParts('browser', input.browser)
    )
      return 'unknown';
    if (record.usedAt !== undefined || record.expiresAt <= now || record.triesLeft <= 0) return 'expired';
    const right = record.codeDigest === digestOfParts('code', input.codeId, input.code.replaceAll(/\s/g, ''));
    await store.commit([
      update('code', record, right ? { usedAt: now } : { triesLeft: record.triesLeft - 1 }),
    ]);
    return right ? 'right' : 'wrong';
  });
  if (verdict === 'wrong') throw new RefusedError({ code: 'WRONG_CODE', message: 'That code is not right.' });
  if (verdict !== 'right') {
    throw new RefusedError({
      code: 'EXPIRED',
      message: 'That code cannot be used (any more, or in this browser). Please ask for a new one.',
    });
  }
  return {
    personId: person.personId,
    method: 'email-link-and-code',
    issuer: person.email.split('@')[1] ?? 'unknown',
    at: clock.now(),
    evidenceDigest: digestOfParts('evidence', input.codeId, input.token, input.browser),
  };
}
