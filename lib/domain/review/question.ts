// The question, always in full, and what taking it away would break. Everything quoted is attacker-controlled text.
import { valueOf } from '../identity/fact.ts';
import type { Identity } from '../identity/identity.ts';

const MAX_QUOTED = 200;

/**
 * *Still needed for ⟨purpose⟩ by ⟨workload⟩, with these credentials and this access?* A role is asked about twice over:
 * who may assume it, and what it may do.
 */
export function questionFor(identity: Identity): string {
  const purpose = valueOf(identity.purpose);
  const forWhat = purpose === undefined ? 'a purpose nobody recorded' : quoted(purpose);
  const question = `Still needed for ${forWhat} by ${workloadOf(identity)}, with these credentials and this access?`;
  const { trust } = identity.entitlements;
  if (trust.length === 0) return question;
  const principals = listed(trust.map(({ principal }) => principal));
  return `${question} Two questions: may ${principals} still assume it, and may it still do what it can do? Either can be taken away alone.`;
}

/** What is known to use it, in a sentence; honest about what is not known. */
export function breaksIfRemoved(identity: Identity): string {
  const { lastUse, consumers } = identity;
  const known = valueOf(consumers) ?? [];
  if (known.length > 0) return `Stops working: ${listed(known)}.`;
  if (lastUse.state === 'used') {
    const what = lastUse.service === undefined ? '' : ` to call ${quoted(lastUse.service)}`;
    const who = lastUse.caller === undefined ? 'an unknown caller' : quoted(lastUse.caller);
    return `Unknown consumers; last used on ${lastUse.at.slice(0, 10)}${what} by ${who}.`;
  }
  if (lastUse.state === 'never')
    return `Nothing known: never used, as far as ${quoted(lastUse.source)} tells.`;
  const places = [...lastUse.lookedIn, ...(consumers.known ? [] : consumers.lookedIn)];
  return `Unknown${places.length > 0 ? `, looked in ${listed([...new Set(places)])}` : ''}.`;
}

function workloadOf(identity: Identity): string {
  const bound = valueOf(identity.boundTo);
  if (bound !== undefined) return quoted(bound);
  const consumers = valueOf(identity.consumers) ?? [];
  return consumers.length > 0 ? listed(consumers) : 'a workload nobody recorded';
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map(quoted).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

/** One line, bounded: a purpose must not be able to forge the rest of the question. */
function quoted(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  const characters = Array.from(line);
  const bounded = characters.length > MAX_QUOTED ? `${characters.slice(0, MAX_QUOTED - 1).join('')}…` : line;
  return bounded === '' ? 'unknown' : bounded;
}
