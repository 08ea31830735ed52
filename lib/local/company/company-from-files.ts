// Somebody's own account files as a company: their identities, with stand-ins for the people they name.

import { declareOwners } from '../../adapters/people/declare-owners.ts';
import { readOwnersText } from '../../adapters/people/owner-declarations.ts';
import { type OwnerPaths, readOwnerFiles } from '../../adapters/people/read-owner-files.ts';
import type { Declare } from '../../application/collect-identities.ts';
import { connectorModule } from '../../connectors/registry.ts';
import { instantOf } from '../../domain/time.ts';
import { seedFromFiles } from '../iam/seed-from-files.ts';
import type { Company } from './company.ts';
import { quarterDefinitions } from './definitions.ts';
import { OFFICES, standInsFor } from './stand-ins.ts';

/** Paths of the files: a credential report, authorization details, or both; and files that say who owns what. */
export interface AccountFiles extends OwnerPaths {
  readonly credentialReport?: string | undefined;
  readonly authorizationDetails?: string | undefined;
}

/**
 * Makes the company. Owners come from files of owners and from tags; whoever cannot be resolved goes to the fallback.
 * @throws InvalidInputError naming file, line and column
 */
export async function companyFromFiles(files: AccountFiles): Promise<Company> {
  const [accountSeed, ownerFiles] = await Promise.all([seedFromFiles(files), readOwnerFiles(files)]);
  const { owners } = ownerFiles;
  const declared = owners && (await readOwnersText(owners.file, owners.text));
  const declare = await declareOwners(ownerFiles);
  const { people, teams, habits } = standInsFor(accountSeed, declared, await claimsOfCode(files, declare));
  return {
    name: `Account ${accountSeed.accountId}`,
    source: 'files',
    people,
    teams,
    accountSeed,
    fileRows: [],
    declare,
    definitions: quarterDefinitions(
      OFFICES,
      'identity.owned && (risk.tier == "low" || risk.tier == "medium")',
      // One stand-in may answer for most of an account: the cap per owner is what holds silence back.
      { perOwner: 10, campaignPercent: 100 },
    ),
    casting: { habits, starring: {}, claimantId: OFFICES.claimant },
  };
}

/** Owners that CODEOWNERS and a catalogue give to what the account's files hold, once an identity. */
async function claimsOfCode(files: AccountFiles, declare: Declare): Promise<string[]> {
  if (files.codeowners === undefined && files.catalog === undefined) return [];
  const from = [files.credentialReport, files.authorizationDetails].filter((path) => path !== undefined);
  // Who owns something does not depend on when it is read.
  const surroundings = { clock: { now: () => instantOf(0) }, note: () => undefined };
  const claims: string[] = [];
  for await (const identity of connectorModule('aws-iam').create({ from }, surroundings).collect()
    .identities) {
    for (const { source, value } of declare(identity).ownerHints) {
      if (source === 'codeowners' || source === 'catalog') claims.push(value);
    }
  }
  return claims;
}
