// The environment once it is known which build runs and which roles count.
import { presentPeople } from '../adapters/people/present-people.ts';
import type { Environment } from '../application/environment.ts';
import { confirmedPeople } from '../application/governance/confirmed-people.ts';
import { recordRelease } from '../application/governance/record-release.ts';
import { noteRoles } from '../application/governance/role-book.ts';
import { releaseOf } from './release.ts';

/** Records the build and the directory's roles, then holds back roles that nobody confirmed. */
export async function governed(given: Environment): Promise<Environment> {
  const opened = { ...given, people: presentPeople(given.people, given.clock) };
  const environment = { ...opened, people: confirmedPeople(opened.people, opened.store) };
  await recordRelease(environment)(await releaseOf(environment.attestor.build));
  await noteRoles(opened)();
  return environment;
}
