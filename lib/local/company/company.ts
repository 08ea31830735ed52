// A company as the embedded stack is started with: its people, its AWS account, its other systems and its rules.
import type { Declare } from '../../application/collect-identities.ts';
import type { DefinitionInput } from '../../domain/campaign/definition.ts';
import type { Person, Team } from '../../domain/review/person.ts';
import type { AccountSeed } from '../iam/account-seed.ts';

/** One row of another system's inventory, in the columns of the file connector. */
export type InventoryRow = Readonly<Record<string, string>>;

/** How a person of a demonstration behaves when asked. */
export type HabitName =
  | 'prompt'
  | 'late'
  | 'silent'
  | 'gone'
  | 'wrong-person'
  | 'bulk-clicker'
  | 'mail-only'
  | 'fallback'
  | 'second-person';

/** What a demonstration needs to know about a company besides its facts. */
export interface Casting {
  /** By person id. Whoever is missing is a second person: answers approvals only. */
  readonly habits: Readonly<Record<string, HabitName>>;
  /** Names of the identities a scene would rather be played with, by scene id; empty for files. */
  readonly starring: Readonly<Record<string, readonly string[]>>;
  /** Who claims what nobody owns. */
  readonly claimantId: string;
}

/** Everything the embedded stack and a demonstration start from. */
export interface Company {
  readonly name: string;
  /** `made-up`: Harbor & Pine. `files`: somebody's own account, with stand-ins for its people. */
  readonly source: 'made-up' | 'files';
  readonly people: readonly Person[];
  readonly teams: readonly Team[];
  readonly accountSeed: AccountSeed;
  readonly fileRows: readonly InventoryRow[];
  /** Adds what the owners file declares to what connectors saw. */
  readonly declare: Declare;
  /** The quarter's review first, then the confirmation at its end. */
  readonly definitions: readonly [DefinitionInput, DefinitionInput];
  readonly casting: Casting;
}
