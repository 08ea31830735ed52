// What the verifier looks at, and what it found: a list, not the first throw.

/** Every check, in the order they are printed. */
export const CHECK_TITLES = {
  'pack.readable': 'The pack can be read',
  'keys.origin': 'The keys are ones you trust',
  'keys.ranges': 'Key ranges are backed by key transitions in the log',
  'log.checkpoint': 'The log signed its head',
  'log.witness': 'A witness cosigned the head',
  'log.fresh': 'The head was fresh when the pack was made',
  'log.history': 'Each checkpoint extends the one before',
  'log.against': 'The log extends the checkpoints you hold',
  'rows.readable': 'Every row is well-formed',
  'rows.unaltered': 'Every envelope is the one its leaf hash names',
  'rows.sequence': 'No row is missing',
  'log.root': 'Every row is in the log the head signs',
  'rows.envelope': 'Every envelope is canonical, with nothing smuggled in',
  'rows.signature': 'Every statement is signed',
  'rows.key-range': 'Every key signed only in its range',
  'rows.statement': 'Every statement fits its schema',
  'rows.time': 'No statement is backdated or postdated',
  'subjects.snapshots': 'Every snapshot is the one that was attested',
  'subjects.files': 'Every other file is the one that was attested',
  'campaign.population': 'The population is the one frozen at opening',
  'campaign.reconciliation': 'The reconciliation adds up',
  'campaign.backed': 'Every reconciled answer rests on attestations',
  'campaign.complete': 'No attestation of a closed campaign is missing',
  'metrics.recomputed': 'The metrics follow from the attestations',
  'reports.match': 'Tables and OSCAL files follow from the attestations',
} as const;

/** A check's name. */
export type CheckId = keyof typeof CHECK_TITLES;

/** What a check came to. `not-checked` says what it would have taken. */
export type Verdict = 'passed' | 'failed' | 'not-checked';

/** What the verifier was not given. */
export type Need = 'trust' | 'against' | 'witness';

/** One line of the result. */
export interface Check {
  readonly id: CheckId;
  readonly title: string;
  readonly verdict: Verdict;
  readonly detail: string;
  readonly needs?: Need | undefined;
}

/** Where findings gather while a pack is read. */
export interface CheckBoard {
  /** Something is wrong. The first few sentences are kept, all are counted. */
  fail(id: CheckId, sentence: string): void;
  /** Something could not be looked at. */
  skip(id: CheckId, sentence: string, needs?: Need): void;
  /** Something was looked at and is right; the last such sentence is shown. */
  pass(id: CheckId, sentence: string): void;
  hasFailed(id: CheckId): boolean;
  checks(): Check[];
}

interface Gathered {
  failures: number;
  readonly sentences: string[];
  readonly skipped: string[];
  needs: Need | undefined;
  passed: string | undefined;
}

const KEPT = 5;

/** An empty board. */
export function checkBoard(): CheckBoard {
  const found = new Map<CheckId, Gathered>();
  const at = (id: CheckId): Gathered => {
    const known = found.get(id);
    if (known) return known;
    const fresh = { failures: 0, sentences: [], skipped: [], needs: undefined, passed: undefined };
    found.set(id, fresh);
    return fresh;
  };
  return {
    fail(id, sentence) {
      const entry = at(id);
      entry.failures += 1;
      if (entry.sentences.length < KEPT) entry.sentences.push(sentence);
    },
    skip(id, sentence, needs) {
      const entry = at(id);
      if (entry.skipped.length < KEPT && !entry.skipped.includes(sentence)) entry.skipped.push(sentence);
      entry.needs ??= needs;
    },
    pass(id, sentence) {
      at(id).passed = sentence;
    },
    hasFailed: (id) => (found.get(id)?.failures ?? 0) > 0,
    checks: () =>
      (Object.keys(CHECK_TITLES) as CheckId[]).map((id) => ({
        id,
        title: CHECK_TITLES[id],
        ...resultOf(found.get(id)),
      })),
  };
}

function resultOf(entry: Gathered | undefined): Pick<Check, 'verdict' | 'detail' | 'needs'> {
  if (entry === undefined) return { verdict: 'not-checked', detail: 'Nothing in the pack to check.' };
  if (entry.failures > 0) {
    const more = entry.failures - entry.sentences.length;
    const tail = more > 0 ? ` And ${more} more.` : '';
    return { verdict: 'failed', detail: entry.sentences.join(' ') + tail };
  }
  if (entry.skipped.length > 0) {
    const detail = entry.skipped.join(' ');
    return { verdict: 'not-checked', detail, ...(entry.needs === undefined ? {} : { needs: entry.needs }) };
  }
  return { verdict: 'passed', detail: entry.passed ?? '' };
}
