// Who may give which answer, and why: checked on every act, whatever the message or link it came from says.
import type { Definition } from '../campaign/definition.ts';
import type { RefusalCode } from '../errors.ts';
import { atLeast, type RiskTier } from '../identity/risk-tier.ts';
import { type Capacity, type CapacityInput, capacityOf, owningTeams } from './capacity.ts';
import { type ClosePeople, closenessOf } from './conflict-of-interest.ts';
import type { Authenticated, AuthenticationMethod, Verdict } from './decision.ts';
import { isHere, isMember, resolveOwner } from './resolve-owner.ts';

/** Eligible and why (for the record), or refused with a sentence for the person. */
export type Eligibility =
  | { readonly eligible: true; readonly why: string }
  | { readonly eligible: false; readonly code: RefusalCode; readonly message: string };

/** One answer by one authenticated person. */
export interface EligibilityInput extends CapacityInput {
  readonly verdict: Verdict;
  readonly authenticated: Authenticated;
  /** Grantors and readers of the secret, as found at the source. */
  readonly close?: ClosePeople;
}

const PASSING_ON: readonly Verdict[] = ['reassign', 'not-mine'];
const FALLBACK_MAY: readonly Verdict[] = ['revoke', 'except', ...PASSING_ON];

/** Whether the person may give the answer. */
export function checkEligibility(input: EligibilityInput): Eligibility {
  const { verdict, item, who, authenticated } = input;
  const personal = checkPerson(input);
  if (personal) return personal;
  if (!PASSING_ON.includes(verdict) && atLeast(item.tier, 'high') && isMailOnly(authenticated.method)) {
    return refused(
      'STRONGER_PROOF',
      `${item.tier} risk is never decided by e-mail alone: please answer in Slack or sign in.`,
    );
  }
  const capacity = capacityOf(input);
  if (!capacity) {
    return refused('NOT_ELIGIBLE', `${who.name} does not answer for ${item.name}; its reviewer was asked.`);
  }
  const limited = checkCapacity(capacity, verdict) ?? checkIndependence(capacity, input);
  return limited ?? { eligible: true, why: flagged(capacity.why, authenticated) };
}

/**
 * Whether an answer counts only once a second person agrees: a keep in a tier the definition names, and, where the method
 * is given, a keep of high risk that was clicked in Slack. An exception has its own approver and a removal can be undone.
 */
export function needsSecondApprover(
  tier: RiskTier,
  verdict: Verdict,
  definition: Definition,
  method?: AuthenticationMethod,
): boolean {
  if (verdict !== 'certify') return false;
  if (definition.reviewers.secondApproverTiers.includes(tier)) return true;
  return method === 'slack-signed-interaction' && atLeast(tier, 'high');
}

/** A second person's word on somebody else's answer. */
export interface SecondApproverInput extends Omit<EligibilityInput, 'verdict' | 'delegations'> {
  /** Who answered, or asked for the exception. */
  readonly firstPersonId: string;
  /** Which group of the definition has to agree (default `approvers`). */
  readonly group?: 'approvers' | 'riskAcceptors';
}

/** Whether the person may be the second approver: of the named group, not the first, outside the owner's team. */
export function checkSecondApprover(input: SecondApproverInput): Eligibility {
  const { who, item, definition, directory, authenticated, firstPersonId, group = 'approvers' } = input;
  const personal = checkPerson(input);
  if (personal) return personal;
  if (who.personId === firstPersonId) {
    return refused('SECOND_PERSON', 'A second person has to agree; you are the first.');
  }
  if (atLeast(item.tier, 'high') && isMailOnly(authenticated.method)) {
    return refused('STRONGER_PROOF', `${item.tier} risk is never approved by e-mail alone.`);
  }
  const named = resolveOwner(definition.reviewers[group], directory);
  if (who.personId === item.reviewerId && item.routedBy !== 'fallback') {
    return refused(
      'SECOND_PERSON',
      'You were asked first, whoever answered for you; somebody else has to agree.',
    );
  }
  const inGroup =
    named?.kind === 'team' ? isMember(named.team, who.personId) : named?.person.personId === who.personId;
  if (!inGroup) {
    return refused('NOT_ELIGIBLE', `${who.name} is not among the ${GROUP_NAMES[group]} of this campaign.`);
  }
  if (isInOwnersTeam(input)) {
    return refused('NOT_ELIGIBLE', "The second person has to come from outside the owner's team.");
  }
  const why = `${GROUP_NAMES[group].slice(0, -1)} outside the owner's team`;
  return checkCloseness([who.personId], input) ?? { eligible: true, why: flagged(why, authenticated) };
}

const GROUP_NAMES = { approvers: 'second approvers', riskAcceptors: 'risk acceptors' } as const;

function checkPerson({
  who,
  authenticated,
  now,
}: Omit<EligibilityInput, 'verdict'>): Eligibility | undefined {
  if (authenticated.personId !== who.personId) {
    return refused('NOT_ELIGIBLE', 'You are signed in as somebody else.');
  }
  if (!isHere(who, now)) return refused('NOT_ELIGIBLE', `${who.name} is no longer active.`);
  return who.fullMember
    ? undefined
    : refused('NOT_ELIGIBLE', `${who.name} is a guest; guests do not decide.`);
}

function checkCapacity({ as }: Capacity, verdict: Verdict): Eligibility | undefined {
  if (as === 'fallback' && !FALLBACK_MAY.includes(verdict)) {
    return refused(
      'NOT_ELIGIBLE',
      'Nobody owns this identity, and a fallback reviewer may only switch it off or except it for 30 days. Claim it first.',
    );
  }
  return as === 'security' && verdict !== 'revoke'
    ? refused('NOT_ELIGIBLE', 'The security role may switch it off; any other answer is its owner’s.')
    : undefined;
}

/** A keep through a delegate is still a keep by whoever delegated, or chose the delegate: no self-review by the back door. */
function checkIndependence(capacity: Capacity, input: EligibilityInput): Eligibility | undefined {
  if (input.verdict !== 'certify') return undefined;
  const { through, givers = [] } = capacity;
  return checkCloseness(through, input) ?? checkCloseness(givers, input, 'The person who let you answer');
}

function checkCloseness(
  people: readonly string[],
  { item, snapshot, definition, directory, close, who }: Omit<EligibilityInput, 'verdict'>,
  other = 'The person you decide for',
): Eligibility | undefined {
  if (!definition.reviewers.independenceTiers.includes(item.tier)) return undefined;
  for (const personId of people) {
    const closeness = closenessOf(personId, snapshot.identity, directory, close);
    if (closeness !== undefined) {
      const subject = personId === who.personId ? 'You' : other;
      return refused(
        'SELF_REVIEW',
        `${subject} ${closeness}; at ${item.tier} risk somebody else has to vouch.`,
      );
    }
  }
  return undefined;
}

function isInOwnersTeam({ snapshot, item, directory, who }: SecondApproverInput): boolean {
  if (item.routedBy === 'fallback') return false;
  const owning = owningTeams(snapshot.owners, directory);
  const teams = owning.length > 0 ? owning : directory.teamsOf(item.reviewerId);
  return teams.some((team) => isMember(team, who.personId));
}

function isMailOnly(method: AuthenticationMethod): boolean {
  return method === 'email-link-and-code';
}

function flagged(why: string, { method }: Authenticated): string {
  return method === 'local-demo' ? `${why} (local demo: nobody proved who they are)` : why;
}

function refused(code: RefusalCode, message: string): Eligibility {
  return { eligible: false, code, message };
}
