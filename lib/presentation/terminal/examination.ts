// What an examination found, for a terminal: problems say what to do.
import { oneLine } from '../web/safe-text.ts';
import type { Paint } from './paint.ts';

/** One result, as this page reads it. */
export interface ExaminedLine {
  readonly title: string;
  readonly outcome: 'ok' | 'problem' | 'unchecked';
  readonly found: string;
  readonly fix?: string | undefined;
}

/** A policy statement to add is shown in full. */
const MAX_FIX = 8000;

/** One line each, a second one with what to do, and how it stands at the end. */
export function renderExamination(lines: readonly ExaminedLine[], paint: Paint): string {
  const marks = {
    ok: paint.good('ok       '),
    problem: paint.bad('PROBLEM  '),
    unchecked: paint.warn('unchecked'),
  };
  const text = lines.flatMap(({ title, outcome, found, fix }) => [
    `${marks[outcome]}  ${paint.bold(title)}: ${oneLine(found, 600)}`,
    ...(fix === undefined ? [] : [`${' '.repeat(11)}→ ${oneLine(fix, MAX_FIX)}`]),
  ]);
  const problems = lines.filter(({ outcome }) => outcome === 'problem').length;
  const open = lines.filter(({ outcome }) => outcome === 'unchecked').length;
  const end =
    problems === 0
      ? `Nothing to fix${open === 0 ? '' : `; ${open} could not be looked at`}.`
      : `${problems} to fix${open === 0 ? '' : `, ${open} could not be looked at`}.`;
  return `${[...text, '', end].join('\n')}\n`;
}
