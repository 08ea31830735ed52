// The whole snapshot, each fact with its source or "unknown" with where we looked.
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
  factWords,
  kindWords,
  lastUseWords,
  listWords,
  pastWords,
  questionWords,
  type Reader,
  standingWords,
  tierWords,
} from '../wording.ts';
import { type Block, context, type Modal, section, words } from './blocks.ts';
import { CALLBACK } from './references.ts';
import { code, prose } from './text.ts';

const MAX_LINE = 700;
const MAX_SECTION = 2900;
const MAX_CREDENTIALS = 40;

/** The evidence as a modal that only informs. */
export function renderEvidenceModal({ item, snapshot }: ItemView, reader: Reader): Modal {
  const taken = momentWords(snapshot.takenAt, reader.timeZone);
  return {
    type: 'modal',
    callback_id: CALLBACK.evidence,
    title: words('Evidence'),
    close: words('Go back'),
    private_metadata: '',
    blocks: [
      section(`${code(item.name, 200)} · ${kindWords(item.kind)}\n*${prose(questionWords(snapshot), 1200)}*`),
      ...part('Use', useLines({ item, snapshot }, reader)),
      ...part('Access', accessLines(snapshot)),
      ...part('Credentials', credentialLines(snapshot, reader)),
      ...part('Where it comes from', originLines(snapshot, reader)),
      ...part('Owners', ownerLines(snapshot)),
      ...part('Risk and standing', riskLines(snapshot, reader)),
      ...part('Removal', removalLines(snapshot)),
      context(
        `Snapshot ${code(item.snapshot, 80)}, taken ${taken}. Your answer is signed over exactly this.`,
      ),
    ],
  };
}

function useLines({ item, snapshot }: ItemView, reader: Reader): readonly string[] {
  const { identity } = snapshot;
  return [
    line('Last used', lastUseWords(identity.lastUse, reader)),
    line('Purpose', factWords(identity.purpose)),
    line('Bound to', factWords(identity.boundTo)),
    line(
      'Consumers',
      factWords(identity.consumers, (names) => listWords(names, 'none')),
    ),
    line('Log replay', impactWords(item.impact, reader)),
    line('If it goes', breakageWords(snapshot)),
    line('Changed since the last answer', changesWords(snapshot)),
  ];
}

function changesWords({ changes, comparedWith }: Snapshot): string {
  if (comparedWith === undefined) return 'first review, nothing to compare with';
  return listWords(changes, 'nothing', 12);
}

function accessLines({ identity: { entitlements } }: Snapshot): readonly string[] {
  const policies = entitlements.policies.map(({ name, via }) => `${name} (${via})`);
  const trust = entitlements.trust.map(({ principal, external, wildcard, conditions }) => {
    const marks = [external ? 'external' : '', wildcard ? 'wildcard' : '', ...conditions].filter(Boolean);
    return marks.length > 0 ? `${principal} (${marks.join(', ')})` : principal;
  });
  return [
    line('Can do', abilityWords(entitlements)),
    line('Administrator', `${entitlements.admin}: ${entitlements.adminReason}`),
    line('Services', listWords(entitlements.services, 'none', 20)),
    line('Policies', listWords(policies, 'none', 12)),
    line('May be assumed by', listWords(trust, 'nobody listed', 10)),
  ];
}

function credentialLines({ identity: { credentials } }: Snapshot, reader: Reader): readonly string[] {
  if (credentials.length === 0) return ['none listed by the source'];
  const lines = credentials.slice(0, MAX_CREDENTIALS).map((credential) => credentialLine(credential, reader));
  const rest = credentials.length - lines.length;
  return rest > 0 ? [...lines, `and ${rest} more`] : lines;
}

function credentialLine(credential: Credential, reader: Reader): string {
  const when = (at: Instant) => pastWords(at, reader);
  const said = [
    `${credential.type}, ${credential.status}`,
    `created ${factWords(credential.createdAt, when)}`,
    `rotated ${factWords(credential.lastRotatedAt, when)}`,
    `expires ${factWords(credential.expiresAt, when)}`,
    `last used ${lastUseWords(credential.lastUse, reader)}`,
  ];
  return `• ${code(credential.credentialId, 120)} ${prose(said.join('; '), MAX_LINE)}`;
}

function originLines({ identity }: Snapshot, reader: Reader): readonly string[] {
  return [
    line('Identity', identity.identityId),
    line('Environment', factWords(identity.environment)),
    line(
      'Created',
      factWords(identity.createdAt, (at) => pastWords(at, reader)),
    ),
    line('Created by', factWords(identity.createdBy)),
    line('Approval', factWords(identity.approval)),
    line('Code that owns it', factWords(identity.ownedByCode)),
    line('Special', listWords(identity.traits, 'nothing')),
    line('Source read', momentWords(identity.observedAt, reader.timeZone)),
  ];
}

function ownerLines({ owners, reviewer }: Snapshot): readonly string[] {
  const claims = owners
    .slice(0, 20)
    .map(({ role, value, source, detail, outcome }) =>
      line(role, `${value} (${source}${detail ? `, ${detail}` : ''}): ${outcome}`),
    );
  return [...claims, line('Asked because of', reviewer.routedBy)];
}

function riskLines(snapshot: Snapshot, reader: Reader): readonly string[] {
  const { risk, standing } = snapshot;
  const points = risk.reasons.map(({ points, reason }) => `${points}: ${reason}`);
  return [
    line('Risk', `${tierWords(risk.tier)}, ${risk.score} of 100 (${listWords(points, 'no reasons', 10)})`),
    line('Standing', standingWords(standing, reader)),
    line('We suggest', adviceWords(snapshot.recommendation)),
  ];
}

function removalLines({ identity: { removalPath, protection } }: Snapshot): readonly string[] {
  const undo = removalPath.reversible ? 'can be undone' : 'cannot be undone';
  const kept = protection.protected ? [line('Never switched off automatically', protection.reason)] : [];
  return [line('How', `${removalPath.description} (${removalPath.how}, ${undo})`), ...kept];
}

function line(label: string, said: string): string {
  return `*${label}:* ${prose(said, MAX_LINE)}`;
}

/** Lines gathered into as few paragraphs as Slack's limit allows. */
function part(title: string, lines: readonly string[]): readonly Block[] {
  const paragraphs: string[] = [`*${title}*`];
  for (const next of lines) {
    const last = paragraphs.length - 1;
    const joined = `${paragraphs[last]}\n${next}`;
    if (joined.length <= MAX_SECTION) paragraphs[last] = joined;
    else paragraphs.push(next);
  }
  return paragraphs.map((paragraph) => section(paragraph));
}
