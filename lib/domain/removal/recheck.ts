// Right before acting: does anything contradict what the owner was shown? Being in use, as shown, does not.
import { isAnother, widened } from '../identity/changes.ts';
import type { Credential, LastUse } from '../identity/credential.ts';
import { secretSince } from '../identity/credential-age.ts';
import { dormancyOf } from '../identity/dormancy.ts';
import { type Fact, valueOf } from '../identity/fact.ts';
import type { Identity } from '../identity/identity.ts';
import type { ReviewItem } from '../review/review-item.ts';
import type { Instant } from '../time.ts';
import type { ObservedState } from './pre-image.ts';
import type { Hold, Removal } from './removal.ts';

/** What is compared. */
export interface RecheckInput {
  /** The identity as the owner was shown it. */
  readonly shown: Identity;
  /** The identity as collected last, where there is a newer one. */
  readonly current?: Identity | undefined;
  /** The target as just read from the provider. */
  readonly state: ObservedState;
  readonly item: ReviewItem;
  readonly removal: Removal;
}

/**
 * `contradiction` is the sentence to show, undefined when nothing contradicts. Only the code `contradiction` may run out by
 * waiting: otherwise the wrong key would be cut (`ambiguous`) or an answer overruled (`person`, `missing-approval`).
 */
export type Recheck =
  | { readonly contradiction: undefined }
  | {
      readonly contradiction: string;
      readonly code: Extract<Hold['code'], 'contradiction' | 'ambiguous' | 'missing-approval' | 'person'>;
    };

/** The part of a removal that is judged: one credential, or the identity as a whole. */
interface Target {
  readonly lastUse: LastUse;
  readonly createdAt: Fact<Instant>;
}

/** Checks in the order a person would want to know them. */
export function recheck(input: RecheckInput): Recheck {
  const answer = answerArrived(input);
  if (answer) return answer;
  const other = anotherInTheSlot(input);
  if (other !== undefined) return { contradiction: other, code: 'ambiguous' };
  const found = usedAfterAll(input) ?? newConsumer(input) ?? grown(input);
  return found === undefined ? { contradiction: undefined } : { contradiction: found, code: 'contradiction' };
}

/** The last eligible answer wins until a removal is executing; this removal rests on one answer, or on silence. */
function answerArrived({ item, removal }: RecheckInput): Recheck | undefined {
  if (removal.cause !== 'no-response' && removal.cause !== 'revoked') return undefined;
  const { decision, state } = item;
  if (decision === undefined) {
    if (state !== 'open') return undefined;
    const contradiction = 'The question was opened again and waits for an answer.';
    return { contradiction, code: 'contradiction' };
  }
  if (decision.attestationId === removal.becauseOf || decision.verdict === 'revoke') return undefined;
  return decision.awaitingSecond === true
    ? {
        contradiction: `An answer (${decision.verdict}) arrived and waits for its second approver.`,
        code: 'missing-approval',
      }
    : { contradiction: `An answer arrived: ${decision.verdict}.`, code: 'person' };
}

function anotherInTheSlot({ shown, current, removal }: RecheckInput): string | undefined {
  const before = credentialOf(shown, removal.credentialId);
  const after = current && credentialOf(current, removal.credentialId);
  if (!before || !after) return undefined;
  const rotated = (secretSince(after) ?? '') > (secretSince(before) ?? '~');
  return isAnother(before, after) || rotated
    ? `${before.credentialId} is not the credential that was shown: it was replaced meanwhile.`
    : undefined;
}

function usedAfterAll({ shown, state, removal }: RecheckInput): string | undefined {
  const target: Target = credentialOf(shown, removal.credentialId) ?? shown;
  if (state.lastUse.state !== 'used') return undefined;
  const { use } = dormancyOf(target.lastUse, target.createdAt, shown.observedAt);
  if (use === 'in-use') return undefined;
  const before = target.lastUse.state === 'used' ? target.lastUse.at : undefined;
  if (before !== undefined && state.lastUse.at <= before) return undefined;
  const by = state.lastUse.caller === undefined ? '' : ` by ${state.lastUse.caller}`;
  return `It was shown as ${SHOWN_AS[use]}, but was used on ${state.lastUse.at.slice(0, 10)}${by}.`;
}

const SHOWN_AS = { dormant: 'dormant', 'not-yet-used': 'never used', unknown: 'of unknown use' } as const;

function newConsumer({ shown, current, state, removal }: RecheckInput): string | undefined {
  const known = valueOf(shown.consumers);
  const added = (known && current ? (valueOf(current.consumers) ?? []) : []).find(
    (one) => !known?.includes(one),
  );
  if (added !== undefined) return `It has a new consumer: ${added}.`;
  const before = (credentialOf(shown, removal.credentialId) ?? shown).lastUse;
  if (before.state !== 'used' || state.lastUse.state !== 'used') return undefined;
  const { caller } = state.lastUse;
  const stranger = caller !== undefined && before.caller !== undefined && caller !== before.caller;
  return stranger && !known?.includes(caller)
    ? `It is used by somebody else than shown: ${caller}.`
    : undefined;
}

function grown({ shown, current }: RecheckInput): string | undefined {
  return current && widened(shown, current)
    ? 'Its privileges or its trust grew since it was shown.'
    : undefined;
}

function credentialOf(identity: Identity, credentialId: string | undefined): Credential | undefined {
  return identity.credentials.find((credential) => credential.credentialId === credentialId);
}
