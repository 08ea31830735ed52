// Somebody's own account files as a company: their identities, with stand-ins for the people they name.

import { declareFrom, readOwnersFile } from '../../adapters/people/owner-declarations.ts';
import { seedFromFiles } from '../iam/seed-from-files.ts';
import type { Company } from './company.ts';
import { quarterDefinitions } from './definitions.ts';
import { OFFICES, standInsFor } from './stand-ins.ts';

/** Paths of the files: a credential report, authorization details, or both; and who owns what. */
export interface AccountFiles {
  readonly credentialReport?: string | undefined;
  readonly authorizationDetails?: string | undefined;
  /** CSV: `identity` and `owner`, `team`, … (see owner-declarations.ts). */
  readonly owners?: string | undefined;
}

/**
 * Makes the company. Owners come from the owners file and from tags; whoever cannot be resolved goes to the fallback.
 * @throws InvalidInputError naming file, line and column
 */
export async function companyFromFiles(files: AccountFiles): Promise<Company> {
  const [accountSeed, declared] = await Promise.all([
    seedFromFiles(files),
    files.owners === undefined ? undefined : readOwnersFile(files.owners),
  ]);
  const { people, teams, habits } = standInsFor(accountSeed, declared);
  return {
    name: `Account ${accountSeed.accountId}`,
    source: 'files',
    people,
    teams,
    accountSeed,
    fileRows: [],
    declare: declared ? declareFrom(declared) : (identity) => identity,
    definitions: quarterDefinitions(
      OFFICES,
      'identity.owned && (risk.tier == "low" || risk.tier == "medium")',
      // One stand-in may answer for most of an account: the cap per owner is what holds silence back.
      { perOwner: 10, campaignPercent: 100 },
    ),
    casting: { habits, starring: {}, claimantId: OFFICES.claimant },
  };
}
