// One removal on the terminal: how far it is, how well it is known to hold, what happened, how to bring it back.
import type { RemovalShown } from '../../application/show-removal.ts';
import type { Removal } from '../../domain/removal/removal.ts';
import { oneLine } from '../web/safe-text.ts';
import { heading, type Look } from './look.ts';
import { pairsOf, tableOf } from './table.ts';

/** The page. */
export function removalPageText(shown: RemovalShown, look: Look): string {
  const { removal, asOf, moments } = shown;
  const { paint } = look;
  const steps = tableOf(
    [{ title: 'WHEN' }, { title: 'WHAT', flexible: true }],
    moments.map(({ at, what }) => [minute(at), what]),
    { width: look.width, heading: paint.dim },
  );
  return `${paint.bold(oneLine(removal.name))} ${removal.removalId}, as of ${asOf}\n${pairsOf(
    factsOf(shown).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, oneLine(value, 2000)] as const],
    ),
  )}${reasonsOf(removal, look)}${heading(look, 'What happened')}${steps}`;
}

function factsOf(shown: RemovalShown): readonly (readonly [string, string | undefined])[] {
  const { removal, heldBack, preImageDigest } = shown;
  const { failure, shadow, impact, observation } = removal;
  const sessions = removal.sessionsMayLiveUntil;
  return [
    ['identity', removal.identityId],
    ['credential', removal.credentialId ?? 'the identity as a whole'],
    ['campaign', removal.campaignId],
    ['connector', `${removal.connector}, ${removal.tier} risk, ${removal.mode}`],
    ['state', removal.state],
    ['held back', heldBack],
    ['failure', failure],
    ['why', `${removal.cause} (attestation ${removal.becauseOf})`],
    ['answers for it', removal.ownerId],
    ['replay of logged use', impact?.summary],
    ['shadow', shadow && shadowWords(shadow)],
    ['state before', preImageDigest && `sha256 ${preImageDigest}`],
    ['sessions may live', sessions && `until ${sessions}`],
    [
      'observed',
      observation &&
        `${observation.laterUses} uses in ${observation.source}, ${observation.from} to ${observation.closedAt ?? observation.until}`,
    ],
    ['quarantine', removal.quarantineUntil && `until ${removal.quarantineUntil}`],
    ['bring back', restoreWords(shown)],
  ];
}

function shadowWords({ verdict, watchUntil, laterUsedAt, closedAt }: NonNullable<Removal['shadow']>): string {
  if (laterUsedAt !== undefined) return `${verdict}; used later, ${laterUsedAt}: it would have been wrong`;
  return closedAt === undefined ? `${verdict}; watched until ${watchUntil}` : `${verdict}; no use was seen`;
}

function restoreWords({ removal, restorable }: RemovalShown): string {
  if (restorable) return `countersign removals restore ${removal.removalId} --reason "…"`;
  if (removal.state === 'deleted') return 'it was deleted: nothing can be brought back';
  if (removal.state === 'restored') return 'it is back';
  return 'nothing was switched off by this removal';
}

/** How well it is known to hold, and why not better. */
function reasonsOf({ verification, executedAt }: Removal, look: Look): string {
  if (executedAt === undefined) return '';
  const level = verification?.level ?? 'unchecked';
  const reasons = (verification?.reasons ?? ['nobody looked yet']).map(
    (each) => `  ${oneLine(each, 1000)}\n`,
  );
  return `${heading(look, `Verified: ${level}`)}${reasons.join('')}`;
}

function minute(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}
