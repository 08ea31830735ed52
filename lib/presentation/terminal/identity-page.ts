// One identity, explained: every value with its source, or an honest "unknown".
import type { IdentityExplained } from '../../application/explain-identity.ts';
import type { Credential } from '../../domain/identity/credential.ts';
import { valueOf } from '../../domain/identity/fact.ts';
import type { ReviewItem } from '../../domain/review/review-item.ts';
import { impactWords } from '../impact-words.ts';
import { oneLine } from '../web/safe-text.ts';
import {
  abilityWords,
  countWords,
  factWords,
  kindWords,
  lastUseWords,
  listWords,
  standingWords,
  tierWords,
  verdictWords,
} from '../wording.ts';
import { heading, type Look, tierPaint } from './look.ts';
import { removalsText } from './removal-list.ts';
import { pairsOf, tableOf } from './table.ts';

/** The page. */
export function identityPageText(explained: IdentityExplained, look: Look): string {
  return [
    headOf(explained, look),
    ownersOf(explained, look),
    credentialsOf(explained, look),
    riskOf(explained, look),
    historyOf(explained, look),
    removalsText(explained.removals, look),
  ].join('');
}

function headOf(explained: IdentityExplained, look: Look): string {
  const { identity, identityKey, risk, standing, daysUnattested, firstSeenAt } = explained;
  const { paint } = look;
  const shown = (text: string) => oneLine(text, 2000);
  const unattested =
    daysUnattested > 0 ? `, ${countWords(daysUnattested, 'day')} without anybody's word` : '';
  return `${paint.bold(shown(identity.name))} ${kindWords(identity.kind)}\n${pairsOf([
    ['id', shown(identity.identityId)],
    ['key', identityKey],
    ['risk', tierPaint(paint, risk.tier)(`${tierWords(risk.tier)} (${risk.score} of 100)`)],
    ['standing', shown(standingWords(standing, look)) + unattested],
    ['purpose', shown(factWords(identity.purpose))],
    ['bound to', shown(factWords(identity.boundTo))],
    ['used by', shown(factWords(identity.consumers, (names) => listWords(names, 'nobody known')))],
    ['environment', shown(factWords(identity.environment))],
    ['owned by code', shown(factWords(identity.ownedByCode))],
    ['approved in', shown(factWords(identity.approval))],
    ['created', shown(`${factWords(identity.createdAt)}, by ${factWords(identity.createdBy)}`)],
    ['first seen here', firstSeenAt],
    ['last use', shown(lastUseWords(identity.lastUse, look))],
    ...replayedOf(explained),
    ['can do', shown(abilityWords(identity.entitlements))],
    ['why (admin)', shown(`${identity.entitlements.admin}: ${identity.entitlements.adminReason}`)],
    [
      'policies',
      shown(
        listWords(
          identity.entitlements.policies.map(({ name, via }) => `${name} (${via})`),
          'none',
          12,
        ),
      ),
    ],
    [
      'admits',
      shown(
        listWords(
          identity.entitlements.trust.map(({ principal }) => principal),
          'nobody from outside',
          12,
        ),
      ),
    ],
    ['traits', listWords(identity.traits, 'none')],
    [
      'removal path',
      shown(
        `${identity.removalPath.description}${identity.removalPath.reversible ? ' It can be undone.' : ' It cannot be undone.'}`,
      ),
    ],
    ...(identity.protection.protected ? [['protected', shown(identity.protection.reason)] as const] : []),
    ...(identity.exclusion ? [['not reviewed', shown(identity.exclusion.reason)] as const] : []),
  ])}`;
}

/** What its log said of switching it off, read last. */
function replayedOf({ items, removals }: IdentityExplained): readonly (readonly [string, string])[] {
  const found = [...removals, ...items].flatMap(({ impact }) => (impact ? [impact] : []));
  const [last] = found.toSorted((a, b) => (a.until < b.until ? 1 : -1));
  return last ? [['log replay', oneLine(impactWords(last, { timeZone: 'UTC' }), 2000)]] : [];
}

function ownersOf({ owner, claims }: IdentityExplained, look: Look): string {
  const title = !owner
    ? 'Who answers for it: not known until a definition is in force'
    : owner.orphan
      ? `Who answers for it: nobody; ${owner.name} is told`
      : `Who answers for it: ${owner.name}, found by ${owner.how}`;
  return `${heading(look, oneLine(title))}${tableOf(
    [
      { title: 'CLAIM' },
      { title: 'VALUE', flexible: true },
      { title: 'SOURCE', flexible: true },
      { title: 'OUTCOME' },
    ],
    claims.map(({ role, value, source, detail, outcome }) => [role, value, `${source}: ${detail}`, outcome]),
    { width: look.width, heading: look.paint.dim },
  )}`;
}

function credentialsOf({ identity }: IdentityExplained, look: Look): string {
  return `${heading(look, `Credentials: ${identity.credentials.length || 'none'}`)}${tableOf(
    [
      { title: 'ID', flexible: true },
      { title: 'TYPE' },
      { title: 'STATUS' },
      { title: 'CREATED' },
      { title: 'ROTATED' },
      { title: 'EXPIRES' },
      { title: 'LAST USE', flexible: true },
    ],
    identity.credentials.map((credential) => credentialRow(credential, look)),
    { width: look.width, heading: look.paint.dim },
  )}`;
}

function credentialRow(credential: Credential, look: Look): string[] {
  const day = (fact: Credential['createdAt']) => valueOf(fact)?.slice(0, 10) ?? 'unknown';
  const { credentialId, type, status, createdAt, lastRotatedAt, expiresAt, lastUse } = credential;
  return [
    credentialId,
    type,
    status,
    day(createdAt),
    day(lastRotatedAt),
    day(expiresAt),
    lastUseWords(lastUse, look),
  ];
}

function riskOf({ risk }: IdentityExplained, look: Look): string {
  return `${heading(look, `Risk ${risk.score} of 100, because`)}${tableOf(
    [
      { title: 'POINTS', align: 'right' },
      { title: 'REASON', flexible: true },
    ],
    risk.reasons.map(({ points, reason }) => [points > 0 ? `+${points}` : String(points), reason]),
    { width: look.width, heading: look.paint.dim },
  )}`;
}

function historyOf({ items, exceptions, promises }: IdentityExplained, look: Look): string {
  const rows = [
    ...items.map(itemRow),
    ...exceptions.map(({ requestedAt, state, until, requestedBy, compensatingControl }) => [
      requestedAt.slice(0, 10),
      `exception ${state}`,
      requestedBy,
      `until ${until.slice(0, 10)}; instead: ${compensatingControl}`,
    ]),
    ...promises.map(({ madeAt, verdict, state, byPersonId, expectation, dueAt }) => [
      madeAt.slice(0, 10),
      `promise to ${verdict}: ${state}`,
      byPersonId,
      `by ${dueAt.slice(0, 10)}: ${expectation}`,
    ]),
  ].toSorted((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? 1 : -1));
  return `${heading(look, `History: ${rows.length === 0 ? 'none yet' : countWords(rows.length, 'entry', 'entries')}`)}${tableOf(
    [{ title: 'DAY' }, { title: 'WHAT' }, { title: 'WHO' }, { title: 'DETAIL', flexible: true }],
    rows,
    { width: look.width, heading: look.paint.dim },
  )}`;
}

function itemRow({ campaignId, state, decision, reviewerId, snapshotAt }: ReviewItem): string[] {
  if (!decision) return [snapshotAt.slice(0, 10), `asked: ${state}`, reviewerId, campaignId];
  const until = decision.validUntil === undefined ? '' : `, until ${decision.validUntil.slice(0, 10)}`;
  const second = decision.awaitingSecond === true ? ' (waits for a second person)' : '';
  return [
    decision.at.slice(0, 10),
    `${verdictWords(decision.verdict)}${second}`,
    decision.by,
    `${campaignId}${until}${decision.reason === '' ? '' : `: ${decision.reason}`}`,
  ];
}
