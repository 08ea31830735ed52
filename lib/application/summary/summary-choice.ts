// Whether a person gets weekly summaries: stopped by the link in their mail, without signing in (RFC 8058).
import type { Person } from '../../domain/review/person.ts';
import { deskNotes } from '../desk-notes.ts';
import type { Environment } from '../environment.ts';
import { makeLink, personOfLink } from '../links.ts';
import type { LinkMail } from '../review-links.ts';

/** What a link to unsubscribe allows: to stop summaries and to have them again. It shows nothing. */
export interface SummaryChoice {
  /** The link for one mail to one person. */
  readonly unsubscribeLink: LinkMail;
  /** Whether the link is good. @throws RefusedError NOT_FOUND or EXPIRED */
  check(token: string): Promise<void>;
  /** Stops summaries, or sends them again. Doing it twice does nothing. @throws RefusedError NOT_FOUND or EXPIRED */
  choose(token: string, wanted: 'stop' | 'send'): Promise<void>;
}

/** Makes the use cases. `baseUrl` is where the review page lives, without a trailing slash. */
export function summaryChoice(environment: Environment, baseUrl: string): SummaryChoice {
  const { store, clock } = environment;
  const personOf = (token: string): Promise<Person> => personOfLink(environment, token, 'unsubscribe');
  return {
    unsubscribeLink: async (personId) =>
      `${baseUrl}/unsubscribe/${await makeLink(environment, personId, 'unsubscribe')}`,
    async check(token) {
      await personOf(token);
    },
    async choose(token, wanted) {
      const { personId } = await personOf(token);
      const notes = deskNotes(store);
      const { summariesStopped: before } = await notes.read(personId);
      if ((before === undefined) === (wanted === 'send')) return;
      await notes.note(personId, { summariesStopped: wanted === 'stop' ? clock.now() : undefined });
    },
  };
}
