// The product's voice: plain, short, respectful sentences shared by Slack, e-mail, web and terminal.
// Values taken from identities are attacker-controlled and pass through unescaped: each channel escapes what it shows.
import type { LastUse } from '../domain/identity/credential.ts';
import type { Entitlements } from '../domain/identity/entitlement.ts';
import type { Fact } from '../domain/identity/fact.ts';
import type { IdentityKind } from '../domain/identity/identity.ts';
import type { RiskTier } from '../domain/identity/risk-tier.ts';
import type { Standing } from '../domain/identity/standing.ts';
import type { Verdict } from '../domain/review/decision.ts';
import type { Recommendation, Snapshot } from '../domain/review/snapshot.ts';
import type { Instant } from '../domain/time.ts';
import { dateWords, localHour, momentWords, relativeDays } from './dates.ts';

/** For whom a sentence is written: the moment it is read and the reader's IANA zone. */
export interface Reader {
  readonly now: Instant;
  readonly timeZone: string;
}

const TIER_WORDS: Readonly<Record<RiskTier, string>> = {
  critical: 'Critical risk',
  high: 'High risk',
  medium: 'Medium risk',
  low: 'Low risk',
};

/** `Critical risk`, … */
export function tierWords(tier: RiskTier): string {
  return TIER_WORDS[tier];
}

const KIND_WORDS: Readonly<Record<IdentityKind, string>> = {
  'service-account': 'service account',
  'api-key': 'API key',
  'access-token': 'access token',
  certificate: 'certificate',
  'workload-identity': 'workload identity',
  secret: 'secret',
  'oauth-app': 'OAuth app',
  'ssh-key': 'SSH key',
  'ai-agent': 'AI agent',
  'root-account': 'root account',
  person: 'person',
};

/** `service account`, `API key`, … */
export function kindWords(kind: IdentityKind): string {
  return KIND_WORDS[kind];
}

const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  certify: 'Keep',
  revoke: 'Switch off',
  reduce: 'Reduce access',
  rotate: 'Rotate credentials',
  retire: 'Retire on a date',
  except: 'Keep as a time-bound exception',
  reassign: 'Hand to someone else',
  'not-mine': 'Not mine',
};

/** What an answer is called on buttons and in lists. */
export function verdictWords(verdict: Verdict): string {
  return VERDICT_WORDS[verdict];
}

/** `3 days ago (Sat 21 Nov 2026)`. */
export function pastWords(at: Instant, reader: Reader): string {
  return `${relativeDays(at, reader.now, reader.timeZone)} (${dateWords(at, reader.timeZone)})`;
}

/** `Tue 24 Nov 2026 (in 3 days)`; with the hour when that comes before the evening, since then the day alone would mislead. */
export function dueWords(at: Instant, reader: Reader): string {
  const { now, timeZone } = reader;
  const isEvening = localHour(at, timeZone) >= EVENING;
  return `${isEvening ? dateWords(at, timeZone) : momentWords(at, timeZone)} (${relativeDays(at, now, timeZone)})`;
}

const EVENING = 18;

/** `1 identity`, `12 identities`; `plural` when adding an s is wrong. */
export function countWords(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? singular : plural}`;
}

/** When it was last used, by what and who says so; unknown use is never called unused. */
export function lastUseWords(lastUse: LastUse, reader: Reader): string {
  if (lastUse.state === 'never') return `never, says ${lastUse.source}`;
  if (lastUse.state === 'unknown') return `unknown (looked in ${listWords(lastUse.lookedIn, 'no source')})`;
  const service = lastUse.service ? `, on ${lastUse.service}` : '';
  const caller = lastUse.caller ? `, by ${lastUse.caller}` : '';
  return `${pastWords(lastUse.at, reader)}${service}${caller}, says ${lastUse.source}`;
}

const LEVEL_WORDS: Readonly<Record<Entitlements['level'], string>> = {
  admin: 'administrator',
  write: 'can change things',
  read: 'can only read',
  none: 'nothing',
  unknown: 'unknown',
};

/** What it can do, in a sentence: the level, the services, and why it counts as administrator. */
export function abilityWords(entitlements: Entitlements): string {
  if (entitlements.admin === 'yes') return `administrator: ${entitlements.adminReason}`;
  if (entitlements.level === 'unknown') return `unknown: ${entitlements.adminReason}`;
  const { services } = entitlements;
  const where = services.includes('*') ? ' in every service' : inServices(services);
  const doubt =
    entitlements.admin === 'unknown' ? ` (could be administrator: ${entitlements.adminReason})` : '';
  return `${LEVEL_WORDS[entitlements.level]}${entitlements.level === 'none' ? '' : where}${doubt}`;
}

function inServices(services: readonly string[]): string {
  return services.length > 0 ? ` in ${listWords(services, '', 5)}` : '';
}

/** What breaks if it goes, as the snapshot says it. */
export function breakageWords(snapshot: Snapshot): string {
  return snapshot.breaksIfRemoved.trim() || 'unknown';
}

const ADVICE_WORDS: Readonly<Record<Recommendation['advice'], string>> = {
  keep: 'Keep it',
  'switch-off': 'Switch it off',
  look: 'Look closer before you answer',
};

/** What Countersign recommends, always with its reasons. */
export function adviceWords(recommendation: Recommendation): string {
  const reasons =
    recommendation.reasons.length > 0
      ? recommendation.reasons.map((reason) => reason.replace(/\.$/, '')).join('; ')
      : 'no reason given';
  return `${ADVICE_WORDS[recommendation.advice]}: ${reasons}`;
}

/** The question, in full when the snapshot has it. */
export function questionWords(snapshot: Snapshot): string {
  return snapshot.question.trim() || 'Is this still needed, with these credentials and this access?';
}

/** A fact with its source, or where we looked in vain. `say` turns a known value into words. */
export function factWords<T>(fact: Fact<T>, say: (value: T) => string = String): string {
  return fact.known
    ? `${say(fact.value)} (${fact.source})`
    : `unknown (looked in ${listWords(fact.lookedIn, 'no source')})`;
}

/** What the identity has today: vouched for, excepted or nobody's word. */
export function standingWords(standing: Standing, reader: Reader): string {
  switch (standing.standing) {
    case 'vouched':
      return `vouched for until ${dueWords(standing.until, reader)}`;
    case 'excepted':
      return `excepted until ${dueWords(standing.until, reader)}`;
    case 'unattested':
      return `nobody's word since ${dateWords(standing.since, reader.timeZone)}: ${standing.why}`;
    default:
      return standing satisfies never;
  }
}

/** `2 critical, 1 high, 9 low`; empty when nothing is open. */
export function tierCounts(byTier: Readonly<Record<RiskTier, number>>): string {
  const tiers: readonly RiskTier[] = ['critical', 'high', 'medium', 'low'];
  return tiers
    .filter((tier) => byTier[tier] > 0)
    .map((tier) => `${byTier[tier]} ${tier}`)
    .join(', ');
}

/** What silence means. It never keeps access. */
export function silenceWords(graceEndsAt: Instant, reader: Reader): string {
  return `Whatever has no answer by ${dueWords(graceEndsAt, reader)} counts as not needed and may be switched off. Switching off can be undone.`;
}

/** `a, b and 3 more`; `none` for an empty list. */
export function listWords(values: readonly string[], none: string, max = 8): string {
  if (values.length === 0) return none;
  const rest = values.length - max;
  return rest > 0 ? `${values.slice(0, max).join(', ')} and ${rest} more` : values.join(', ');
}
