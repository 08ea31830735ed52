// The register as a table, worst risk first.
import type { IdentityLine } from '../../application/list-identities.ts';
import type { Standing } from '../../domain/identity/standing.ts';
import { relativeDays } from '../dates.ts';
import { countWords, kindWords } from '../wording.ts';
import { type Look, tierPaint } from './look.ts';
import { tableOf } from './table.ts';

/** The table with its count. */
export function identityListText(lines: readonly IdentityLine[], look: Look): string {
  const { paint } = look;
  const table = tableOf(
    [
      { title: 'RISK', align: 'right', paint: (text, row) => tierPaint(paint, row[1] ?? '')(text) },
      { title: 'TIER', paint: (text, row) => tierPaint(paint, row[1] ?? '')(text) },
      { title: 'NAME', flexible: true },
      { title: 'KIND' },
      { title: 'OWNER', flexible: true },
      { title: 'LAST USE' },
      { title: 'STANDING', flexible: true },
    ],
    lines.map((line) => [
      String(line.risk.score),
      line.risk.tier,
      line.name,
      kindWords(line.kind),
      ownerText(line),
      useText(line, look),
      line.excluded === undefined ? standingText(line.standing) : `not reviewed: ${line.excluded}`,
    ]),
    { width: look.width, heading: paint.dim },
  );
  return `${table}${countWords(lines.length, 'identity', 'identities')}\n`;
}

/** `vouched until 2026-11-02`. */
export function standingText(standing: Standing): string {
  return standing.standing === 'unattested'
    ? `unattested since ${standing.since.slice(0, 10)}`
    : `${standing.standing} until ${standing.until.slice(0, 10)}`;
}

function ownerText({ owner, excluded }: IdentityLine): string {
  if (excluded !== undefined) return '';
  if (!owner) return 'unknown';
  return owner.orphan ? `nobody (${owner.name} is told)` : `${owner.name} (${owner.how})`;
}

function useText({ lastUse }: IdentityLine, { now, timeZone }: Look): string {
  return lastUse.state === 'used' ? relativeDays(lastUse.at, now, timeZone) : lastUse.state;
}
