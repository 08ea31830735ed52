// Does a pack's campaigns again from their raw inputs, and lists every difference. Signatures are `verify`'s to check.
import { SELECTION_CONNECTOR } from '../application/events/select-identities.ts';
import type { Expressions } from '../application/ports/expressions.ts';
import { parseStrictJson } from '../domain/attestation/bytes/strict-json.ts';
import { InvalidInputError } from '../domain/errors.ts';
import type { Instant } from '../domain/time.ts';
import { emptyCaseFile, foldFact } from '../verification/facts/case-file.ts';
import type { LoggedFact } from '../verification/facts/logged-fact.ts';
import { packFacts } from '../verification/pack/pack-facts.ts';
import { PACK_FILES, PackManifest } from '../verification/pack/pack-files.ts';
import type { PackSource } from '../verification/pack/pack-source.ts';
import { readText } from '../verification/pack/read-bytes.ts';
import { type DifferenceBook, openBook, type ReperformedCampaign } from './difference.ts';
import { pastBook } from './past-book.ts';
import { readInputs } from './read-inputs.ts';
import {
  type CaseNotes,
  type FoldedCampaign,
  noteCase,
  readReconciliation,
  reperformOutcomes,
} from './reperform-outcomes.ts';
import { emptyPopulation, reperformPopulation } from './reperform-population.ts';

/** What doing a pack again came to. */
export interface Reperformance {
  readonly exportedAt: Instant;
  readonly campaigns: readonly ReperformedCampaign[];
  /** True when nothing differs; what was not done again is listed per campaign. */
  readonly agrees: boolean;
}

/**
 * Does every campaign of a pack again.
 * @param expressionsAt compiles scope expressions as of a moment
 * @throws InvalidInputError `MALFORMED_FILE` when it is no pack
 */
export async function reperformPack(
  source: PackSource,
  expressionsAt: (now: Instant) => Expressions,
): Promise<Reperformance> {
  const manifest = await readManifest(source);
  const whole = manifest.range?.from === 0 && manifest.range.to === manifest.log.size;
  const folded = await foldCampaigns(source);
  const lines = await readReconciliation(source);
  const past = pastBook();
  const selections = await selectionsIn(source);
  const campaigns: ReperformedCampaign[] = [];
  for await (const fact of packFacts(source)) {
    past.add(fact);
    if (fact.name !== 'campaign-opened') continue;
    const { campaignId } = fact.predicate;
    const book = openBook(campaignId);
    const inputs = await readInputs(source, fact, book);
    const population = inputs
      ? await reperformPopulation({
          source,
          opened: fact,
          inputs,
          book,
          past: whole ? past : undefined,
          selections,
          expressionsAt,
        })
      : emptyPopulation();
    const outcomes = outcomesOf(folded.get(campaignId), lines?.get(campaignId), population, book);
    campaigns.push({
      campaignId,
      identities: population.identities,
      snapshots: population.snapshots,
      outcomes,
      differences: book.differences,
      notReperformed: [...book.skipped],
    });
  }
  return {
    exportedAt: manifest.exportedAt,
    campaigns,
    agrees: campaigns.every(({ differences }) => differences.length === 0),
  };
}

function outcomesOf(
  folded: FoldedCampaign | undefined,
  lines: Parameters<typeof reperformOutcomes>[0] | undefined,
  population: Awaited<ReturnType<typeof reperformPopulation>>,
  book: DifferenceBook,
): number {
  if (folded === undefined || lines === undefined || population.entries.size === 0) {
    book.skip(
      `${PACK_FILES.reconciliation} or the population is not in the pack: outcomes were not worked out again.`,
    );
    return 0;
  }
  return reperformOutcomes(lines, population.entries, folded, population.toFallback, book);
}

async function readManifest(source: PackSource): Promise<PackManifest> {
  const found = source.has(PACK_FILES.manifest)
    ? PackManifest.safeParse(parseStrictJson(await readText(source, PACK_FILES.manifest)))
    : undefined;
  if (found?.success === true) return found.data;
  throw new InvalidInputError({
    code: 'MALFORMED_FILE',
    message: 'This is no evidence pack: it has no readable pack.json.',
  });
}

/** Inventories that hold chosen identities alone. Facts of one moment stand in the log in any order. */
async function selectionsIn(source: PackSource): Promise<ReadonlySet<string>> {
  const selections = new Set<string>();
  for await (const { name, predicate } of packFacts(source)) {
    if (name === 'collection' && predicate.connector === SELECTION_CONNECTOR)
      selections.add(predicate.inventory);
  }
  return selections;
}

/** Every campaign's attestations up to its closing: what came later is not what it closed with. */
async function foldCampaigns(source: PackSource): Promise<Map<string, FoldedCampaign>> {
  const file = emptyCaseFile();
  const notes = new Map<string, Map<string, CaseNotes>>();
  const done = new Set<string>();
  for await (const fact of packFacts(source)) {
    if (!('campaignId' in fact.predicate)) continue;
    const { campaignId } = fact.predicate;
    if (done.has(campaignId)) continue;
    foldFact(file, fact);
    noteIn(notes, campaignId, fact);
    if (fact.name === 'campaign-closed') done.add(campaignId);
  }
  return new Map(
    [...file.campaigns].map(([campaignId, trail]) => [
      campaignId,
      { trail, notes: notes.get(campaignId) ?? new Map<string, CaseNotes>() },
    ]),
  );
}

function noteIn(notes: Map<string, Map<string, CaseNotes>>, campaignId: string, fact: LoggedFact): void {
  if (!('identityId' in fact.predicate)) return;
  const { identityId } = fact.predicate;
  const campaign = notes.get(campaignId) ?? new Map<string, CaseNotes>();
  const own = campaign.get(identityId) ?? { passedOn: false, askedAgain: false, nobodyTold: false };
  noteCase(own, fact);
  campaign.set(identityId, own);
  notes.set(campaignId, campaign);
}
