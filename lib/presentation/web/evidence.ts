// An item's evidence as labelled lines: first the facts that decide, then everything else, each with its source.
import type { ItemView } from '../../application/ports/messenger.ts';
import type { Credential } from '../../domain/identity/credential.ts';
import type { Snapshot } from '../../domain/review/snapshot.ts';
import type { Instant } from '../../domain/time.ts';
import { momentWords } from '../dates.ts';
import { impactWords } from '../impact-words.ts';
import {
  abilityWords,
  adviceWords,
  breakageWords,
  dueWords,
  factWords,
  kindWords,
  lastUseWords,
  listWords,
  pastWords,
  type Reader,
  standingWords,
  tierWords,
} from '../wording.ts';

/** One labelled line. The value may hold anything an identity's maker wrote: escape it. */
export interface Row {
  readonly label: string;
  readonly value: string;
}

/** Rows under a heading. */
export interface EvidencePart {
  readonly title: string;
  readonly rows: readonly Row[];
}

const MAX_CREDENTIALS = 40;
const MAX_OWNERS = 20;

/** `service account in aws-iam 123456789012`. */
export function placeWords({ item, snapshot }: ItemView): string {
  return `${kindWords(item.kind)} in ${item.connector} ${snapshot.identity.scope}`;
}

/** The facts that decide, each with its source or "unknown", and what is recommended and why. */
export function decidingRows(view: ItemView, reader: Reader): readonly Row[] {
  const { item, snapshot } = view;
  const { identity } = snapshot;
  const own = item.dueAt ? [row('Due', `${dueWords(item.dueAt, reader)}, because it was reopened`)] : [];
  return [
    ...own,
    row('Last used', lastUseWords(identity.lastUse, reader)),
    row('Can do', abilityWords(identity.entitlements)),
    row('Credentials', credentialsInShort(identity.credentials)),
    ...(item.impact ? [row('Log replay', impactWords(item.impact, reader))] : []),
    row('If it goes', breakageWords(snapshot)),
    row('Changed', changesWords(snapshot)),
    row('We suggest', adviceWords(snapshot.recommendation)),
  ];
}

/** The whole snapshot. */
export function evidenceParts(view: ItemView, reader: Reader): readonly EvidencePart[] {
  const { item, snapshot } = view;
  return [
    { title: 'Use', rows: useRows(view, reader) },
    { title: 'Access', rows: accessRows(snapshot) },
    { title: 'Credentials', rows: credentialRows(snapshot, reader) },
    { title: 'Where it comes from', rows: originRows(snapshot, reader) },
    { title: 'Owners', rows: ownerRows(snapshot) },
    { title: 'Risk and standing', rows: riskRows(snapshot, reader) },
    { title: 'Switching it off', rows: removalRows(snapshot) },
    {
      title: 'This evidence',
      rows: [
        row('Taken', momentWords(snapshot.takenAt, reader.timeZone)),
        row('Digest', `${item.snapshot} (an answer is signed over exactly this)`),
      ],
    },
  ];
}

function changesWords({ changes, comparedWith }: Snapshot): string {
  if (comparedWith === undefined) return 'first review, nothing to compare with';
  return listWords(changes, 'nothing since the last answer', 6);
}

function credentialsInShort(credentials: readonly Credential[]): string {
  if (credentials.length === 0) return 'none listed by the source';
  return listWords(
    credentials.map(({ credentialId, status }) => `${credentialId} (${status})`),
    'none',
    4,
  );
}

function useRows({ item, snapshot: { identity } }: ItemView, reader: Reader): readonly Row[] {
  return [
    row('Purpose', factWords(identity.purpose)),
    row('Bound to', factWords(identity.boundTo)),
    row(
      'Consumers',
      factWords(identity.consumers, (names) => listWords(names, 'none')),
    ),
    row('Log replay', impactWords(item.impact, reader)),
  ];
}

function accessRows({ identity: { entitlements } }: Snapshot): readonly Row[] {
  const policies = entitlements.policies.map(({ name, via }) => `${name} (${via})`);
  const trust = entitlements.trust.map(({ principal, external, wildcard, conditions }) => {
    const marks = [external ? 'external' : '', wildcard ? 'wildcard' : '', ...conditions].filter(Boolean);
    return marks.length > 0 ? `${principal} (${marks.join(', ')})` : principal;
  });
  return [
    row('Administrator', `${entitlements.admin}: ${entitlements.adminReason}`),
    row('Services', listWords(entitlements.services, 'none', 20)),
    row('Policies', listWords(policies, 'none', 12)),
    row('May be assumed by', listWords(trust, 'nobody listed', 10)),
  ];
}

function credentialRows({ identity: { credentials } }: Snapshot, reader: Reader): readonly Row[] {
  const rest = credentials.length - MAX_CREDENTIALS;
  return [
    ...credentials.slice(0, MAX_CREDENTIALS).map((credential) => credentialRow(credential, reader)),
    ...(credentials.length === 0 ? [row('None', 'listed by the source')] : []),
    ...(rest > 0 ? [row('And', `${rest} more`)] : []),
  ];
}

function credentialRow(credential: Credential, reader: Reader): Row {
  const when = (at: Instant) => pastWords(at, reader);
  const said = [
    `${credential.type}, ${credential.status}`,
    `created ${factWords(credential.createdAt, when)}`,
    `rotated ${factWords(credential.lastRotatedAt, when)}`,
    `expires ${factWords(credential.expiresAt, (at) => dueWords(at, reader))}`,
    `last used ${lastUseWords(credential.lastUse, reader)}`,
  ];
  return row(credential.credentialId, said.join('; '));
}

function originRows({ identity }: Snapshot, reader: Reader): readonly Row[] {
  return [
    row('Identity', identity.identityId),
    row('Environment', factWords(identity.environment)),
    row(
      'Created',
      factWords(identity.createdAt, (at) => pastWords(at, reader)),
    ),
    row('Created by', factWords(identity.createdBy)),
    row('Approval', factWords(identity.approval)),
    row('Code that owns it', factWords(identity.ownedByCode)),
    row('Special', listWords(identity.traits, 'nothing')),
    row('Source read', momentWords(identity.observedAt, reader.timeZone)),
  ];
}

function ownerRows({ owners, reviewer }: Snapshot): readonly Row[] {
  const claims = owners
    .slice(0, MAX_OWNERS)
    .map(({ role, value, source, detail, outcome }) =>
      row(role, `${value} (${source}${detail ? `, ${detail}` : ''}): ${outcome}`),
    );
  return [...claims, row('Asked because of', reviewer.routedBy)];
}

function riskRows({ risk, standing }: Snapshot, reader: Reader): readonly Row[] {
  const points = risk.reasons.map(({ points, reason }) => `${points}: ${reason}`);
  return [
    row('Risk', `${tierWords(risk.tier)}, ${risk.score} of 100 (${listWords(points, 'no reasons', 10)})`),
    row('Standing', standingWords(standing, reader)),
  ];
}

function removalRows({ identity: { removalPath, protection } }: Snapshot): readonly Row[] {
  const undo = removalPath.reversible ? 'can be undone' : 'cannot be undone';
  const spared = protection.protected ? [row('Never automatically', protection.reason)] : [];
  return [row('How', `${removalPath.description} (${removalPath.how}, ${undo})`), ...spared];
}

function row(label: string, value: string): Row {
  return { label, value };
}
