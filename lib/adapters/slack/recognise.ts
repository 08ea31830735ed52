// From a signed payload to a person who may act: workspace, user, directory. Names and e-mail in a payload are not looked at.
import type { Clock } from '../../application/ports/clock.ts';
import type { People } from '../../application/ports/people.ts';
import type { Authenticated } from '../../domain/review/decision.ts';
import type { Person } from '../../domain/review/person.ts';
import { isHere } from '../../domain/review/resolve-owner.ts';

/** Who a payload says acted, and where. */
export interface Claimed {
  readonly userId: string;
  /** The workspace the act happened in. */
  readonly teamId: string | undefined;
  /** The workspace the user belongs to; differs for people of a connected one (Slack Connect). */
  readonly userTeamId: string | undefined;
  readonly enterpriseId: string | undefined;
  /** The conversation it was done in is shared with another organisation. */
  readonly sharedChannel?: boolean | undefined;
}

/** The person, and how they are known; or what to tell whoever it was. */
export type Recognised =
  | { readonly person: Person; readonly who: Authenticated }
  | {
      readonly refused: 'other-workspace' | 'shared-channel' | 'unknown' | 'inactive' | 'guest';
      readonly say: string;
    };

/** Recognises people of one workspace (or of one Enterprise Grid organisation). */
export type Recognise = (claimed: Claimed, evidenceDigest: string) => Promise<Recognised>;

const SAYINGS = {
  'other-workspace': 'Countersign only takes answers from people of its own workspace.',
  'shared-channel':
    'Countersign takes no answers in channels that are shared with other organisations. Please use its Home tab or its direct messages.',
  unknown:
    'Countersign does not know you yet, so it cannot take this answer. Ask your compliance manager to add your Slack account to the directory.',
  inactive: 'Your account in the directory is not active, so Countersign cannot take this answer.',
  guest: 'Guests cannot answer access reviews. Ask a full member of the team to answer.',
} as const;

/** Builds the recogniser. */
export function createRecognise(deps: {
  readonly teamId: string;
  readonly enterpriseId?: string | undefined;
  readonly people: People;
  readonly clock: Clock;
}): Recognise {
  return async (claimed, evidenceDigest) => {
    if (!isOurs(claimed, deps.teamId, deps.enterpriseId)) return refuse('other-workspace');
    if (claimed.sharedChannel) return refuse('shared-channel');
    const directory = await deps.people.directory();
    const person = directory.bySlack(deps.teamId, claimed.userId);
    if (!person) return refuse('unknown');
    if (!isHere(person, deps.clock.now())) return refuse('inactive');
    if (!person.fullMember) return refuse('guest');
    const who: Authenticated = {
      personId: person.personId,
      method: 'slack-signed-interaction',
      issuer: deps.teamId,
      at: deps.clock.now(),
      evidenceDigest,
    };
    return { person, who };
  };
}

/** Missing workspace means no: an organisation-wide payload must then name our organisation. */
function isOurs(claimed: Claimed, teamId: string, enterpriseId: string | undefined): boolean {
  const { teamId: team, userTeamId, enterpriseId: enterprise } = claimed;
  if (enterprise !== undefined && enterpriseId !== undefined && enterprise !== enterpriseId) return false;
  if (userTeamId !== undefined && userTeamId !== teamId) return false;
  if (team !== undefined) return team === teamId;
  return enterpriseId !== undefined && enterprise === enterpriseId;
}

function refuse(refused: keyof typeof SAYINGS): Recognised {
  return { refused, say: SAYINGS[refused] };
}
