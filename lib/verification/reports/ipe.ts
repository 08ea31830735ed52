// Information produced by the entity: how each population was made, for whoever must judge its completeness.
import type { CollectionReport } from '../../domain/identity/collection.ts';
import type { CaseFile } from '../facts/case-file.ts';
import type { FactOf } from '../facts/logged-fact.ts';

/** `ipe.json`: per campaign its sources, each with the report of how it was read. */
export function ipeOf(
  cases: CaseFile,
  collections: readonly FactOf<'collection'>[],
  reports: ReadonlyMap<string, CollectionReport>,
): unknown {
  return {
    schemaVersion: 1,
    statement: 'Completeness is claimed only relative to the sources listed here.',
    campaigns: [...cases.campaigns.values()]
      .flatMap(({ opened }) => opened ?? [])
      .map(({ predicate, subject, index, leafHash }) => ({
        campaignId: predicate.campaignId,
        attestation: { index, leafHash },
        population: { sha256: subject.sha256, rowCount: predicate.counts.considered, ...predicate.counts },
        definitionDigest: predicate.definitionDigest,
        sources: collections
          .filter((fact) => predicate.inventories.includes(fact.predicate.inventory))
          .map((fact) => ({
            connector: fact.predicate.connector,
            scope: fact.predicate.scope,
            completeness: fact.predicate.completeness,
            inventory: { sha256: fact.predicate.inventory, rowCount: fact.predicate.identities },
            collectedAt: fact.at,
            attestation: { index: fact.index, leafHash: fact.leafHash },
            reportSha256: fact.subject.sha256,
            report: reports.get(fact.subject.sha256),
          })),
      })),
  };
}
