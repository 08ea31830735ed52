// How much of a campaign's population belongs to each connector and owner: what percentage caps are percentages of.
import type { Campaign } from '../../domain/campaign/campaign.ts';
import type { Cap } from '../../domain/campaign/definition.ts';
import { PopulationEntry } from '../../domain/campaign/population.ts';
import type { Removal } from '../../domain/removal/removal.ts';
import type { Blobs } from '../ports/blobs.ts';

/** Included identities by connector and by the owner they were first routed to. */
export interface PopulationParts {
  /** The part a cap speaks of; undefined when that is the whole campaign. Somebody it was handed to later has none. */
  of(per: Cap['per'], removal: Pick<Removal, 'connector' | 'ownerId'>): number | undefined;
}

/** Whether a cap is a percentage of a part of the population. */
export function needsPart({ per, percent }: Cap): boolean {
  return percent !== undefined && (per === 'connector' || per === 'owner');
}

/** Counts the frozen population; a manifest never changes under its digest, so each is read once per process. */
export async function populationParts(
  blobs: Blobs,
  { populationDigest }: Pick<Campaign, 'populationDigest'>,
): Promise<PopulationParts> {
  const read = partsRead.get(blobs) ?? new Map<string, Promise<PopulationParts>>();
  partsRead.set(blobs, read);
  const known = read.get(populationDigest ?? '') ?? count(blobs, populationDigest);
  read.set(populationDigest ?? '', known);
  try {
    return await known;
  } catch (error) {
    read.delete(populationDigest ?? '');
    throw error;
  }
}

const partsRead = new WeakMap<Blobs, Map<string, Promise<PopulationParts>>>();

async function count(blobs: Blobs, populationDigest: string | undefined): Promise<PopulationParts> {
  const connectors = new Map<string, number>();
  const owners = new Map<string, number>();
  const add = (to: Map<string, number>, name: string) => to.set(name, (to.get(name) ?? 0) + 1);
  if (populationDigest !== undefined) {
    for await (const line of blobs.lines(populationDigest)) {
      const entry = PopulationEntry.parse(JSON.parse(line));
      if (!entry.included) continue;
      add(connectors, entry.connector);
      add(owners, entry.reviewerId);
    }
  }
  return {
    of(per, { connector, ownerId }) {
      if (per === 'connector') return connectors.get(connector) ?? 0;
      return per === 'owner' ? (owners.get(ownerId) ?? 0) : undefined;
    },
  };
}
