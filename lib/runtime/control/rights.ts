// Who may ask what of a deployed installation. Acts on questions and removals are checked again, each by its own rules.

import type { Environment } from '../../application/environment.ts';
import { loadDefinition } from '../../application/load.ts';
import { peopleNamed } from '../../application/tell-person.ts';
import { RefusedError } from '../../domain/errors.ts';
import type { Person, Role } from '../../domain/review/person.ts';
import type { InstallationVerb } from './installation-protocol.ts';

/**
 * `people`: every active full member; what they get or may do is decided by what they ask about. `readers`: whoever looks
 * after reviews or checks them. `managers`: readers, and whoever a definition in force names as manager. `operators`:
 * whoever looks after reviews.
 */
export type Right = 'people' | 'readers' | 'managers' | 'operators';

const OPERATORS: readonly Role[] = ['compliance-manager', 'admin', 'security'];
const READERS: readonly Role[] = [...OPERATORS, 'auditor'];

/** What each command takes. */
export const RIGHTS: Readonly<Record<InstallationVerb, Right>> = {
  time: 'people',
  inbox: 'people',
  decide: 'people',
  approve: 'people',
  delegate: 'people',
  'end-delegation': 'people',
  'revoke-links': 'people',
  'report-exposure': 'people',
  'steer-removal': 'people',
  steer: 'people',
  acknowledge: 'people',
  inboxes: 'managers',
  preview: 'managers',
  'preview-file': 'managers',
  campaigns: 'managers',
  campaign: 'managers',
  controls: 'managers',
  removals: 'managers',
  removal: 'managers',
  exceptions: 'managers',
  enforcement: 'managers',
  'start-launch': 'managers',
  identities: 'readers',
  identity: 'readers',
  history: 'readers',
  roles: 'readers',
  'definition-in-force': 'readers',
  collections: 'readers',
  'start-export': 'readers',
  pack: 'readers',
  doctor: 'operators',
  'verify-removal': 'operators',
  'confirm-roles': 'operators',
  apply: 'operators',
  switch: 'operators',
  'turn-enforcement': 'operators',
  'start-collect': 'operators',
};

/** @throws RefusedError NOT_ELIGIBLE when the person does not have the right to the command */
export async function requireRight(
  environment: Environment,
  verb: InstallationVerb,
  personId: string,
): Promise<void> {
  const person = (await environment.people.directory()).person(personId);
  if (person?.active !== true || !person.fullMember) {
    throw refused(`"${personId}" is not an active full member of the organisation.`);
  }
  const right = RIGHTS[verb];
  if (right === 'people') return;
  const roles = right === 'operators' ? OPERATORS : READERS;
  if (person.roles.some((role) => roles.includes(role))) return;
  if (right === 'managers' && (await managesAny(environment, person))) return;
  const manager = right === 'managers' ? 'manager of a definition in force, ' : '';
  throw refused(
    `"${personId}" may not do this: it takes one of ${manager}${roles.join(', ')}. Roles are given in people.yaml and confirmed with "countersign roles confirm".`,
  );
}

/** Whether the definition names the person as its manager, or they look after every review. */
export async function mayManage(
  environment: Environment,
  definitionDigest: string,
  personId: string,
): Promise<boolean> {
  const directory = await environment.people.directory();
  const person = directory.person(personId);
  if (person?.roles.some((role) => role === 'compliance-manager' || role === 'admin')) return true;
  const { reviewers } = await loadDefinition(environment.blobs, definitionDigest);
  return peopleNamed(directory, reviewers.manager).some((each) => each.personId === personId);
}

async function managesAny(environment: Environment, { personId }: Person): Promise<boolean> {
  const directory = await environment.people.directory();
  for (const { digest } of await environment.store.definitions()) {
    const { reviewers } = await loadDefinition(environment.blobs, digest);
    if (peopleNamed(directory, reviewers.manager).some((each) => each.personId === personId)) return true;
  }
  return false;
}

function refused(message: string): RefusedError {
  return new RefusedError({ code: 'NOT_ELIGIBLE', message });
}
