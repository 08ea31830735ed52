// Who is behind the pseudonyms: outside the signed bytes, so that it can be erased without breaking a signature.

import { factOfRow } from '../verification/facts/logged-fact.ts';
import { canonicalFile } from '../verification/reports/canonical-file.ts';
import type { Export } from './export-evidence.ts';
import { selectedRows } from './select-rows.ts';

const PSEUDONYM = /"([0-9a-f]{64})"/g;

/** `people.json`: names of those whose pseudonym occurs in the pack's rows, as far as the directory knows them. */
export async function peopleFile({ environment, ledger, selection }: Export): Promise<string> {
  const { people, attestor } = environment;
  const byPseudonym = new Map(
    (await people.directory())
      .everyone()
      .map((person) => [attestor.pseudonym(person.personId), person] as const),
  );
  const named = new Set<string>();
  for await (const row of selectedRows(ledger, selection)) {
    const fact = factOfRow(row);
    if (fact === undefined) continue;
    for (const [, digest = ''] of JSON.stringify(fact.predicate).matchAll(PSEUDONYM)) {
      if (byPseudonym.has(digest)) named.add(digest);
    }
  }
  const entries = [...named].toSorted().map((pseudonym) => {
    const person = byPseudonym.get(pseudonym);
    return [pseudonym, { personId: person?.personId, name: person?.name, email: person?.email }] as const;
  });
  return canonicalFile({ schemaVersion: 1, people: Object.fromEntries(entries) });
}
