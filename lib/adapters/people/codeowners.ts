// Owners from CODEOWNERS files, read as GitHub reads them. What GitHub would skip in silence is refused here, with its line:
// a rule that nobody notices is missing sends an identity to the wrong people.
// https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
import { InvalidInputError } from '../../domain/errors.ts';
import type { Identity, OwnerHint } from '../../domain/identity/identity.ts';
import { codeOf, isSameRepository, repositoryName } from './code-of.ts';
import { type PathPattern, pathPattern } from './path-pattern.ts';

/** A CODEOWNERS file as it came. */
export interface CodeownersText {
  /** The repository it lies in: `github.com/acme/infra`, or `acme/infra`. */
  readonly repository: string;
  /** What to call the file in messages. */
  readonly file: string;
  readonly text: string;
}

/** One line: who owns what the pattern fits; nobody, where it names nobody. */
interface Rule {
  readonly line: number;
  readonly pattern: PathPattern;
  readonly owners: readonly string[];
}

/** A CODEOWNERS file as read. */
export interface Codeowners {
  readonly repository: string;
  readonly file: string;
  readonly rules: readonly Rule[];
}

/** Bytes of a file; GitHub loads none that is larger. */
const MAX_BYTES = 3 * 1024 * 1024;
/** Owners of one line that are taken up; the others are not asked. */
const MAX_OWNERS = 10;
const SHOWN = 20;

const USER = /^@[a-z\d][\w-]{0,98}$/i;
const TEAM = /^@[a-z\d][\w-]{0,98}\/[\w.-]{1,100}$/i;
const ADDRESS = /^[^\s@<>]{1,64}@[^\s@<>]{1,190}$/;

/** @throws InvalidInputError MALFORMED_FILE naming the file and each line that is wrong */
export function readCodeowners({ repository, file, text }: CodeownersText): Codeowners {
  const name = repositoryName(repository);
  if (!/^[^\s/]+(?:\/[^\s/]+)+$/.test(name)) {
    throw malformed(file, [`its repository "${repository}" is no owner/name or host/owner/name`]);
  }
  if (Buffer.byteLength(text) >= MAX_BYTES)
    throw malformed(file, ['is 3 MB or larger; GitHub loads none such']);
  const problems: string[] = [];
  const rules = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((content, index): Rule[] => {
      const line = index + 1;
      const read = readLine(content);
      if (read === undefined) return [];
      if ('problem' in read) {
        problems.push(`line ${line}: ${read.problem}`);
        return [];
      }
      return [{ line, pattern: pathPattern(read.pattern), owners: read.owners }];
    });
  if (problems.length > 0) throw malformed(file, problems);
  return { repository: name, file, rules };
}

/**
 * The rule for a path: the last that fits. Without a path, the last that fits every path: others may not be meant.
 */
export function ruleFor({ rules }: Codeowners, path: string | undefined): Rule | undefined {
  return rules.findLast(({ pattern }) => (path === undefined ? pattern.everywhere : pattern.fits(path)));
}

/**
 * Adds the owners of the code an identity comes from, in the order they are written. A repository that two files could be
 * of gets none.
 * @throws InvalidInputError MALFORMED_FILE when two files are of one repository
 */
export function declareFromCodeowners(files: readonly Codeowners[]): (identity: Identity) => Identity {
  const twice = files.find(({ repository }, at) =>
    files.some((other, index) => index < at && other.repository === repository),
  );
  if (twice) throw malformed(twice.file, [`there is another file of the repository ${twice.repository}`]);
  return (identity) => {
    const { repository, path } = codeOf(identity);
    if (repository === undefined) return identity;
    const [file, second] = files.filter((each) => isSameRepository(each.repository, repository));
    if (!file || second) return identity;
    const rule = ruleFor(file, path);
    const hints = (rule?.owners ?? []).map(
      (value): OwnerHint => ({
        role: 'technical',
        value,
        source: 'codeowners',
        detail: `${file.file}, line ${rule?.line ?? 0}, for ${placeInWords(file.repository, path)}`,
      }),
    );
    return hints.length === 0 ? identity : { ...identity, ownerHints: [...hints, ...identity.ownerHints] };
  };
}

function placeInWords(repository: string, path: string | undefined): string {
  return path === undefined ? `${repository} as a whole` : `${path.slice(0, 200)} in ${repository}`;
}

function readLine(
  content: string,
):
  | { readonly pattern: string; readonly owners: readonly string[] }
  | { readonly problem: string }
  | undefined {
  const text = content.trim();
  if (text === '' || text.startsWith('#')) return undefined;
  const pattern = /^(?:\\.|[^\s\\])*/.exec(text)?.[0] ?? '';
  const rest = text.slice(pattern.length);
  const problem = problemIn(pattern, rest);
  if (problem !== undefined) return { problem };
  const words = rest.split(/\s+/).filter((word) => word !== '');
  const comment = words.findIndex((word) => word.startsWith('#'));
  const owners = comment < 0 ? words : words.slice(0, comment);
  const stranger = owners.find((owner) => ![USER, TEAM, ADDRESS].some((form) => form.test(owner)));
  if (stranger !== undefined) {
    return { problem: `"${stranger.slice(0, 80)}" is no @user, @organisation/team or e-mail address` };
  }
  return { pattern, owners: owners.slice(0, MAX_OWNERS) };
}

function problemIn(pattern: string, rest: string): string | undefined {
  if (/^\^?\[/.test(pattern)) return 'sections ([…]) are GitLab’s, and not understood here';
  if (pattern.startsWith('!')) return '"!" takes nothing back in CODEOWNERS';
  if (pattern.startsWith('\\#')) return '"\\#" is not supported in CODEOWNERS';
  if (/(?<!\\)[[\]]/.test(pattern)) return 'ranges of characters ([ ]) are not supported in CODEOWNERS';
  if (pattern.includes('***')) return '"***" means nothing';
  return rest.startsWith('\\') ? 'the pattern ends in a backslash' : undefined;
}

function malformed(file: string, problems: readonly string[]): InvalidInputError {
  const more = problems.length > SHOWN ? ` (and ${problems.length - SHOWN} more)` : '';
  return new InvalidInputError({
    code: 'MALFORMED_FILE',
    message: `${file}: ${problems.slice(0, SHOWN).join('; ')}${more}`,
  });
}
