// Whether people, roles and definitions are such that reviews can be held.
import type { Environment } from '../../application/environment.ts';
import { type RoleDeps, readRoles } from '../../application/governance/role-book.ts';
import { loadDefinition } from '../../application/load.ts';
import { peopleNamed } from '../../application/tell-person.ts';
import type { Definition } from '../../domain/campaign/definition.ts';
import type { Person, Role } from '../../domain/review/person.ts';
import { type Check, type Finding, fine, problem } from './examine.ts';

/** Roles that may apply definitions, confirm roles and start the switch again. */
const OPERATORS: readonly Role[] = ['compliance-manager', 'admin', 'security'];

/** What these checks need. */
export interface GovernanceParts {
  readonly environment: Pick<Environment, 'store' | 'blobs' | 'people'>;
  readonly roles: RoleDeps;
}

/** Checks of people, roles and definitions. */
export function governanceChecks({ environment, roles }: GovernanceParts): Check[] {
  return [
    { id: 'people', title: 'People file', run: () => people(environment) },
    { id: 'two-people', title: 'Two people who may govern', run: () => twoPeople(environment) },
    { id: 'roles', title: 'Roles', run: () => pendingRoles(roles) },
    { id: 'definitions', title: 'Definitions in force', run: () => definitions(environment) },
  ];
}

type Parts = GovernanceParts['environment'];

async function activePeople({ people }: Parts): Promise<Person[]> {
  return (await people.directory()).everyone().filter(({ active, fullMember }) => active && fullMember);
}

async function people(parts: Parts): Promise<Finding> {
  const active = await activePeople(parts);
  if (active.length === 0)
    return problem('Nobody in it is active.', 'Fill in people.yaml (docs/deploy.md), and deploy again.');
  const noSlack = active.filter(({ slack }) => slack === undefined).length;
  const all = (await parts.people.directory()).everyone().length;
  return fine(`${all} people, ${active.length} active, ${noSlack} of them without Slack (they get mail).`);
}

async function twoPeople(parts: Parts): Promise<Finding> {
  const able = (await activePeople(parts)).filter((person) =>
    person.roles.some((role) => OPERATORS.includes(role)),
  );
  const names = able.map(({ personId }) => personId).join(', ') || 'nobody';
  if (able.length >= 2) return fine(`${able.length}: ${names}.`);
  return problem(
    `Only ${names} has one of ${OPERATORS.join(', ')}.`,
    'Definitions, roles and the switch take two people: give a second person a role in people.yaml.',
  );
}

async function pendingRoles(deps: RoleDeps): Promise<Finding> {
  const { pending } = await readRoles(deps)();
  if (pending.length === 0) return fine('Every role given in the directory counts.');
  const waiting = pending.map(({ personId, role }) => `${role} of ${personId}`).join(', ');
  return problem(
    `Not confirmed yet: ${waiting}.`,
    'Two other people run: countersign roles confirm (docs/security.md).',
  );
}

async function definitions(parts: Parts): Promise<Finding> {
  const rows = await parts.store.definitions();
  if (rows.length === 0)
    return problem('There is none.', 'Apply one, with two people: countersign definitions apply <file>.');
  const problems: string[] = [];
  for (const { definitionId, digest } of rows) {
    const missing = await unfilled(parts, await loadDefinition(parts.blobs, digest));
    if (missing.length > 0) problems.push(`${definitionId} names nobody active as ${missing.join(', ')}`);
  }
  if (problems.length > 0)
    return problem(`${problems.join('; ')}.`, 'Correct the definition or people.yaml, and apply again.');
  return fine(`${rows.map(({ definitionId }) => definitionId).join(', ')}.`);
}

/** Reviewers of a definition who resolve to nobody active. */
async function unfilled({ people }: Parts, { reviewers }: Definition): Promise<string[]> {
  const directory = await people.directory();
  const parts = ['fallback', 'manager', 'approvers', 'riskAcceptors'] as const;
  return parts.filter((part) => !peopleNamed(directory, reviewers[part]).some(({ active }) => active));
}
