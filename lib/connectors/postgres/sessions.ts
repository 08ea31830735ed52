// Who is connected now: the only use PostgreSQL remembers by itself.
import type { LastUse } from '../../domain/identity/credential.ts';
import { type Fact, known, unknown } from '../../domain/identity/fact.ts';
import { type Instant, parseInstant } from '../../domain/time.ts';
import { nativeIdOf } from './role-name.ts';
import type { SessionRow } from './schema.ts';

const SOURCE = 'pg_stat_activity';
const NOT_KEPT = `${SOURCE} (sessions open now; PostgreSQL keeps no last login)`;

/** Longest name shown of what connects, in characters: applications choose it themselves. */
const LONGEST = 120;

/** What connects, from where: `billing-api from 10.0.3.4`. */
export function consumerOf({ application, address, active_at }: SessionRow): string {
  if (active_at === null) return 'a session whose origin may not be read';
  const name = nativeIdOf(application ?? '').slice(0, LONGEST);
  return `${name === '' ? 'an unnamed application' : name} from ${address ?? 'this server'}`;
}

/** Who uses a role, as far as they are connected now. `sessions` undefined: not read. */
export function consumersOf(sessions: readonly SessionRow[] | undefined): Fact<string[]> {
  if (sessions === undefined) return unknown(`${SOURCE} (not read)`);
  if (sessions.length === 0) return unknown(NOT_KEPT);
  return known([...new Set(sessions.map(consumerOf))].sort(), `${SOURCE}, now`);
}

/** Last use: a session that is open, else unknown. Nobody connected now is not nobody ever. */
export function lastUseOf(sessions: readonly SessionRow[] | undefined, observedAt: Instant): LastUse {
  if (sessions === undefined) return { state: 'unknown', lookedIn: [`${SOURCE} (not read)`] };
  if (sessions.length === 0) return { state: 'unknown', lookedIn: [NOT_KEPT] };
  const [latest] = sessions
    .map((session) => ({ session, at: instantFrom(session.active_at) ?? observedAt }))
    .toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  if (latest === undefined) return { state: 'unknown', lookedIn: [NOT_KEPT] };
  const { session, at } = latest;
  return {
    state: 'used',
    at,
    ...(session.database !== null && { service: session.database }),
    caller: consumerOf(session),
    source: `${SOURCE} (a session is open)`,
  };
}

/** A time as PostgreSQL or a recording writes it; undefined for none, and for `infinity`. */
export function instantFrom(text: string | null): Instant | undefined {
  if (text === null) return undefined;
  // `2027-01-01 00:00:00+00`: an offset of whole hours has no minutes.
  return parseInstant(text.replace(/([+-]\d{2})$/, '$1:00'));
}
