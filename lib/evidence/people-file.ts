// Who is behind the pseudonyms: outside the signed bytes, so that it can be erased without breaking a signature.
import type { Environment } from '../application/environment.ts';
import type { Person } from '../domain/review/person.ts';
import type { LoggedFact } from '../verification/facts/logged-fact.ts';
import { canonicalFile } from '../verification/reports/canonical-file.ts';

const DIGEST = /"([0-9a-f]{64})"/g;

/** Gathers whose pseudonyms occur in the facts of a pack. */
export interface PeopleNamed {
  add(fact: LoggedFact): void;
  /** `people.json`: their names, as far as the directory knows them. */
  file(): string;
}

/** Where names come from: the directory, and how pseudonyms are made of it. Nothing is signed. */
export interface PeopleSource extends Pick<Environment, 'people'> {
  readonly attestor: Pick<Environment['attestor'], 'pseudonym'>;
}

/** Begins gathering. */
export async function peopleNamedIn({ people, attestor }: PeopleSource): Promise<PeopleNamed> {
  const everyone = (await people.directory()).everyone();
  const byPseudonym = new Map(everyone.map((person) => [attestor.pseudonym(person.personId), person]));
  const named = new Map<string, Person>();
  return {
    add({ predicate }) {
      if (named.size === byPseudonym.size) return;
      for (const [, digest = ''] of JSON.stringify(predicate).matchAll(DIGEST)) {
        const person = byPseudonym.get(digest);
        if (person) named.set(digest, person);
      }
    },
    file() {
      const entries = [...named].map(([pseudonym, { personId, name, email }]) => [
        pseudonym,
        { personId, name, email },
      ]);
      return canonicalFile({ schemaVersion: 1, people: Object.fromEntries(entries) as object });
    },
  };
}
