// The auditor's sample: chosen by the auditor's seed, drawn from everything that was considered, repeatable by hand.
import { sha256Hex } from '../domain/attestation/bytes/sha256.ts';
import { parseStrictJson } from '../domain/attestation/bytes/strict-json.ts';
import { utf8Bytes } from '../domain/attestation/bytes/text-bytes.ts';
import { PopulationEntry } from '../domain/campaign/population.ts';
import { InvalidInputError } from '../domain/errors.ts';
import { packFacts } from '../verification/pack/pack-facts.ts';
import { filesByDigest } from '../verification/pack/pack-files.ts';
import type { PackSource } from '../verification/pack/pack-source.ts';
import { readLines } from '../verification/pack/read-bytes.ts';

/** One identity drawn. */
export interface Drawn {
  readonly campaignId: string;
  readonly identityId: string;
  readonly included: boolean;
  /** SHA-256 (hex) of seed, campaign and identity, one after the other. */
  readonly rank: string;
}

/** The rank of an identity: `printf '%s%s%s' seed campaign identity | sha256sum`. */
export function sampleRank(seed: string, campaignId: string, identityId: string): string {
  return sha256Hex(utf8Bytes(`${seed}${campaignId}${identityId}`));
}

/** The `size` members of the pack's populations with the smallest ranks, in order of rank. */
export async function drawSample(source: PackSource, seed: string, size: number): Promise<Drawn[]> {
  const drawn: Drawn[] = [];
  for await (const fact of packFacts(source)) {
    if (fact.name !== 'campaign-opened') continue;
    const name = filesByDigest.population(fact.subject.sha256);
    const { campaignId } = fact.predicate;
    if (!source.has(name)) {
      throw new InvalidInputError({
        code: 'MALFORMED_FILE',
        message: `This pack holds no population of ${campaignId}: export the campaign.`,
      });
    }
    for await (const { bytes } of readLines(source, name)) {
      const { identityId, included } = PopulationEntry.parse(parseStrictJson(bytes, { integersOnly: false }));
      keepSmallest(
        drawn,
        { campaignId, identityId, included, rank: sampleRank(seed, campaignId, identityId) },
        size,
      );
    }
  }
  return drawn;
}

function keepSmallest(drawn: Drawn[], entry: Drawn, size: number): void {
  const last = drawn.at(-1);
  if (drawn.length >= size && last !== undefined && entry.rank >= last.rank) return;
  const at = drawn.findIndex(({ rank }) => rank > entry.rank);
  drawn.splice(at === -1 ? drawn.length : at, 0, entry);
  if (drawn.length > size) drawn.pop();
}
