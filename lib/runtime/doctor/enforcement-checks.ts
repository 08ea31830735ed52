// Whether enforcement is as its definitions say, and what shadow has shown.
import { type EnforcementPart, showEnforcement } from '../../application/enforcement/show-enforcement.ts';
import type { Environment } from '../../application/environment.ts';
import { listExceptions } from '../../application/list-exceptions.ts';
import { type Check, type Finding, fine, problem } from './examine.ts';

/** What these checks need. */
export type EnforcementParts = Pick<Environment, 'store' | 'blobs' | 'clock' | 'connectors'>;

/** Checks of modes, shadow and exceptions. */
export function enforcementChecks(parts: EnforcementParts): Check[] {
  return [
    { id: 'enforcement', title: 'Enforcement', run: () => modes(parts) },
    { id: 'exceptions', title: 'Exceptions', run: () => exceptions(parts) },
  ];
}

async function modes(environment: EnforcementParts): Promise<Finding> {
  const { sentBack, parts } = await showEnforcement(environment)();
  if (sentBack.length > 0) {
    const named = sentBack.map(({ connector, tier, reason }) => `${connector}/${tier} (${reason})`);
    return problem(
      `Back to shadow: ${named.join(', ')}. What is to be switched off there waits.`,
      'Find out what was wrong; then two people run: countersign enforcement arm <connector> --reason <text>.',
    );
  }
  const armed = parts.filter(({ mode }) => mode === 'armed').length;
  const shadow = parts.filter(({ mode }) => mode === 'shadow');
  return fine(`${armed} connectors and tiers are armed, ${shadow.length} in shadow.${wordsOf(shadow)}`);
}

function wordsOf(shadow: readonly EnforcementPart[]): string {
  const ready = shadow.filter(({ lacking }) => lacking === undefined).length;
  const wrong = new Set(
    shadow.flatMap(({ connector, tier, shadow: { laterUsed } }) =>
      laterUsed > 0 ? [`${connector}/${tier}`] : [],
    ),
  );
  const used = wrong.size === 0 ? '' : ` In ${[...wrong].join(', ')} it would have been wrong.`;
  return `${ready === 0 ? '' : ` ${ready} of these have shown enough to be armed.`}${used}`;
}

async function exceptions(environment: EnforcementParts): Promise<Finding> {
  const listed = await listExceptions(environment)();
  const over = listed.filter(({ pastExpiry }) => pastExpiry);
  if (over.length > 0) {
    return problem(
      `Past their end: ${over.map(({ name, campaignId }) => `${campaignId}/${name}`).join(', ')}.`,
      'The clock’s work is late, or nobody agreed in time: countersign exceptions list; docs/runbook.md#due-work-late.',
    );
  }
  return fine(listed.length === 0 ? 'None.' : `${listed.length}, none past its end.`);
}
