// What doing a review's work again comes to: every difference, and everything that could not be done again.

/** Something that came out otherwise than the pack has it. */
export interface Difference {
  readonly campaignId: string;
  /** Absent for the campaign as a whole. */
  readonly identityId?: string | undefined;
  /** What differs: `tier`, `reviewer`, `answer`, … */
  readonly what: string;
  readonly recomputed: string;
  readonly recorded: string;
}

/** One campaign done again. */
export interface ReperformedCampaign {
  readonly campaignId: string;
  /** Identities of the frozen inventories considered again. */
  readonly identities: number;
  /** Snapshots made again byte for byte. */
  readonly snapshots: number;
  /** Lines of the reconciliation worked out again. */
  readonly outcomes: number;
  readonly differences: readonly Difference[];
  /** What was not done again, and why, in sentences. */
  readonly notReperformed: readonly string[];
}

/** Where differences gather. All are kept. */
export interface DifferenceBook {
  differ(identityId: string | undefined, what: string, recomputed: unknown, recorded: unknown): void;
  skip(sentence: string): void;
  readonly differences: readonly Difference[];
  readonly skipped: ReadonlySet<string>;
}

const SHOWN = 300;

/** An empty book for one campaign. */
export function openBook(campaignId: string): DifferenceBook {
  const differences: Difference[] = [];
  const skipped = new Set<string>();
  return {
    differences,
    skipped,
    differ(identityId, what, recomputed, recorded) {
      differences.push({
        campaignId,
        identityId,
        what,
        recomputed: shown(recomputed),
        recorded: shown(recorded),
      });
    },
    skip: (sentence) => void skipped.add(sentence),
  };
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
