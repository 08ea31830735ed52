// What a campaign closes with when not everything is settled. Late is late; nothing is hidden by waiting.
import type { ReconciliationRow } from './reconciliation.ts';

/** One kind of thing left unsettled, and how often. */
export interface Finding {
  readonly code: string;
  readonly text: string;
  readonly count: number;
}

interface FindingRule {
  readonly code: string;
  readonly text: string;
  readonly applies: (row: ReconciliationRow) => boolean;
}

const RULES: readonly FindingRule[] = [
  { code: 'unowned', text: 'Nobody owns these identities.', applies: ({ unowned }) => unowned },
  {
    code: 'undelivered',
    text: 'Nobody answerable could be told about these identities.',
    applies: ({ undelivered }) => undelivered,
  },
  {
    code: 'unanswered',
    text: 'The question about these is still open.',
    applies: ({ answer }) => answer === 'open',
  },
  { code: 'held', text: 'Switching these off is on hold.', applies: ({ action }) => action === 'held' },
  {
    code: 'unfinished',
    text: 'Switching these off was planned but has not happened.',
    applies: ({ action }) => action === 'planned',
  },
  {
    code: 'manual-open',
    text: 'A person still has to switch these off.',
    applies: ({ action }) => action === 'manual-open',
  },
  { code: 'late', text: 'These were answered after they were due.', applies: ({ late }) => late },
  { code: 'failed', text: 'Switching these off failed.', applies: ({ action }) => action === 'failed' },
  {
    code: 'not-off',
    text: 'These were switched off, but are not off.',
    applies: ({ action, verification }) => action === 'executed' && verification === 'failed',
  },
  {
    code: 'unchecked',
    text: 'Nobody looked whether these are really off.',
    applies: ({ action, verification }) => action === 'executed' && verification === 'unchecked',
  },
];

/** The findings of a reconciliation; empty when everything is settled. One identity can appear under several. */
export function findingsOf(rows: readonly ReconciliationRow[]): Finding[] {
  const included = rows.filter((row) => row.included);
  return RULES.map(({ code, text, applies }) => ({
    code,
    text,
    count: included.filter(applies).length,
  })).filter(({ count }) => count > 0);
}
