// How far removals are trusted, as a table: mode, what shadow showed, what is lacking to arm.
import type { EnforcementPart, EnforcementStanding } from '../../application/enforcement/show-enforcement.ts';
import { oneLine } from '../web/safe-text.ts';
import { heading, type Look } from './look.ts';
import { tableOf } from './table.ts';

/** The page. */
export function enforcementText(standing: EnforcementStanding, look: Look): string {
  const { asOf, stopped, sentBack, parts } = standing;
  const { paint } = look;
  const head = stopped
    ? paint.bad(
        `Stopped since ${minute(stopped.at)} by ${oneLine(stopped.by)}: ${oneLine(stopped.reason)}. Nothing is switched off.`,
      )
    : 'The stop switch is off.';
  const back = sentBack.map(
    ({ connector, tier, at, by, reason }) =>
      `${paint.warn('Back to shadow')}: ${oneLine(connector)}, ${tier === '*' ? 'every tier' : tier}, since ${minute(at)} by ${oneLine(by)}: ${oneLine(reason)}\n`,
  );
  const table = tableOf(
    [
      { title: 'DEFINITION' },
      { title: 'CONNECTOR' },
      { title: 'TIER' },
      { title: 'MODE' },
      { title: 'WOULD', align: 'right' },
      { title: 'USED LATER', align: 'right' },
      { title: 'QUIET', align: 'right' },
      { title: 'UNKNOWN', align: 'right' },
      { title: 'WATCHED', align: 'right' },
      { title: 'SINCE' },
      { title: 'TO ARM', flexible: true },
    ],
    parts.map(rowOf),
    { width: look.width, heading: paint.dim },
  );
  const shown = table === '' ? 'No definition is in force.\n' : table;
  return `${paint.bold('Enforcement')}, as of ${asOf}\n${head}\n${back.join('')}${heading(look, 'Mode and what shadow has shown')}${shown}`;
}

function rowOf(part: EnforcementPart): string[] {
  const { would, laterUsed, quiet, unknown, watching, since } = part.shadow;
  return [
    part.definitionId,
    part.connector,
    part.tier,
    modeOf(part),
    String(would),
    String(laterUsed),
    String(quiet),
    String(unknown),
    String(watching),
    since?.slice(0, 10) ?? 'never',
    toArm(part),
  ];
}

function modeOf({ mode, sentBack, acts }: EnforcementPart): string {
  if (mode === 'shadow') return 'shadow';
  if (sentBack) return 'back to shadow';
  return acts ? 'armed' : 'armed, stopped';
}

function toArm({ mode, sentBack, lacking }: EnforcementPart): string {
  if (mode === 'shadow') return lacking ?? 'enough is shown: two people apply a definition that arms it';
  return sentBack ? 'two people: countersign enforcement arm' : '';
}

function minute(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}
