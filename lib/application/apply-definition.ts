// Puts a campaign definition into force: checked as a whole before anything is written, and attested.
import { Definition } from '../domain/campaign/definition.ts';
import { ladderProblems } from '../domain/chase/ladder-problems.ts';
import { InvalidInputError, RefusedError } from '../domain/errors.ts';
import type { Authenticated } from '../domain/review/decision.ts';
import type { Directory } from '../domain/review/directory.ts';
import { requireEarned } from './enforcement/earned-mode.ts';
import type { Environment } from './environment.ts';
import { modeChangesOf, modeFacts } from './governance/mode-changes.ts';
import { loadDefinition } from './load.ts';
import { digestOf, fileBytes } from './plain-json.ts';
import type { Expressions } from './ports/expressions.ts';
import { create, update } from './ports/review-store.ts';

/** What became of a definition. */
export interface AppliedDefinition {
  readonly definitionId: string;
  readonly definitionVersion: number;
  readonly digest: string;
  /** False when this very definition was in force already. */
  readonly changed: boolean;
}

/** Everything wrong with a definition that its schema cannot see: expressions, people, the ladder. Empty when sound. */
export function problemsOf(definition: Definition, directory: Directory, expressions: Expressions): string[] {
  const problems: string[] = [];
  const sources = [
    ['scope.where', definition.scope.where],
    ...definition.scope.exclude.map((entry, index) => [`scope.exclude[${index}].where`, entry.where]),
    ...definition.enforcement.protect.map((entry, index) => [
      `enforcement.protect[${index}].where`,
      entry.where,
    ]),
  ] as const;
  for (const [path, source] of sources) {
    try {
      expressions.compile(source ?? '');
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      problems.push(`${path}: ${error.message}`);
    }
  }
  const { fallback, manager, approvers, riskAcceptors, delegateTo } = definition.reviewers;
  const named = { fallback, manager, approvers, riskAcceptors };
  for (const [role, name] of Object.entries(named))
    problems.push(...unknownReviewer(directory, `reviewers.${role}`, name));
  for (const [index, name] of delegateTo.entries()) {
    problems.push(...unknownReviewer(directory, `reviewers.delegateTo[${index}]`, name));
  }
  problems.push(...ladderProblems(definition));
  return problems;
}

function unknownReviewer(directory: Directory, path: string, name: string): string[] {
  const person = directory.person(name) ?? directory.byEmail(name);
  if (person) return person.active ? [] : [`${path}: "${name}" is no longer active.`];
  return directory.team(name) ? [] : [`${path}: "${name}" is neither a person nor a team of the directory.`];
}

/** Parses and checks a definition. @throws InvalidInputError naming every path that is wrong. */
export function readDefinition(
  input: unknown,
  directory: Directory,
  expressions: Expressions,
  where: string,
): Definition {
  const parsed = Definition.safeParse(input);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || '(top)'}: ${issue.message}`);
    throw new InvalidInputError({ code: 'MALFORMED_DEFINITION', message: `${where}: ${issues.join('; ')}` });
  }
  const problems = problemsOf(parsed.data, directory, expressions);
  if (problems.length > 0) {
    throw new InvalidInputError({
      code: 'MALFORMED_DEFINITION',
      message: `${where}: ${problems.join('; ')}`,
    });
  }
  return parsed.data;
}

/** Makes the use case. The author and the approver must be two people. */
export function applyDefinition(environment: Environment) {
  return async (
    definition: Definition,
    author: Authenticated,
    approverId: string,
  ): Promise<AppliedDefinition> => {
    const { store, blobs, attestor, clock } = environment;
    if (author.personId === approverId) {
      throw new RefusedError({
        code: 'SECOND_PERSON',
        message: 'A definition needs an approver who is not its author.',
      });
    }
    const digest = await blobs.put(fileBytes(definition));
    const { definitionId, version: definitionVersion } = definition;
    const previous = await store.get('definition', { definitionId });
    if (previous?.digest === digest) return { definitionId, definitionVersion, digest, changed: false };
    if (previous && definitionVersion <= previous.definitionVersion) {
      throw new RefusedError({
        code: 'CONFLICT',
        message: `Definition "${definitionId}" is at version ${previous.definitionVersion}; a changed one needs a higher version than ${definitionVersion}.`,
      });
    }
    const at = clock.now();
    const before = previous ? await loadDefinition(blobs, previous.digest) : null;
    const signed = await attestor.attest(
      {
        name: 'definition-changed',
        subject: { name: `definition/${definitionId}/${definitionVersion}`, sha256: digest },
        step: 'applied',
        ordinal: definitionVersion,
        predicate: {
          build: attestor.build,
          actor: attestor.person(author, 'author of the definition'),
          at,
          definitionId,
          definitionVersion,
          author: attestor.pseudonym(author.personId),
          approver: attestor.pseudonym(approverId),
          ...(previous ? { replaces: previous.digest } : {}),
          diffDigest: digestOf({ before, after: definition }),
          effectiveFrom: at,
        },
      },
      at,
    );
    await requireEarned(environment, definition, modeChangesOf(before ?? undefined, definition));
    const applied = { before: before ?? undefined, definition, digest, author, approverId, at };
    const modes = await Promise.all(modeFacts(attestor, applied).map((fact) => attestor.attest(fact, at)));
    const change = { definitionVersion, digest, appliedAt: at, appliedBy: author.personId };
    const write = previous
      ? update('definition', previous, change)
      : create('definition', { schemaVersion: 1, version: 1, definitionId, ...change });
    await store.commit([write, ...signed.writes, ...modes.flatMap(({ writes }) => writes)]);
    return { definitionId, definitionVersion, digest, changed: true };
  };
}
