// Where the code that made an identity lies: repository and path, as tags and facts say. They are attacker-controlled: they
// choose among files the organisation configured, and no further.
import { valueOf } from '../../domain/identity/fact.ts';
import type { Identity } from '../../domain/identity/identity.ts';
import { repositoryOf } from '../../domain/review/group.ts';

/** What is known of the code; either part may be missing. */
export interface CodePlace {
  /** `host/owner/name` or `owner/name`, in lower case. */
  readonly repository?: string;
  /** Path in the repository, without a slash in front. */
  readonly path?: string;
}

/**
 * Repository and path of an identity. The path comes from a tag `git_file` or from the code that owns it: a path, or the
 * address of a file (`https://github.com/acme/infra/blob/main/iam.tf`; a branch with a slash in its name is not understood).
 * Tags of Yor: https://yor.io/3.Custom%20Taggers/custom_tagger.html
 */
export function codeOf(identity: Identity): CodePlace {
  const found = repositoryOf(identity);
  const organisation = tagged(identity, 'git-org');
  const repository = found && repositoryName(inOrganisation(found, organisation));
  const owned = valueOf(identity.ownedByCode);
  const file = tagged(identity, 'git-file');
  const path = (file && plainPath(file)) ?? pathFor(repository, owned);
  return { ...(repository === undefined ? {} : { repository }), ...(path === undefined ? {} : { path }) };
}

/** A repository's name, however it is written: address, `git@host:owner/name.git`, or `owner/name`. In lower case. */
export function repositoryName(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/^(?:url:)?(?:[a-z+]+:\/\/)?(?:[\w.-]+@)?/, '')
    .replace(/[?#].*$/, '')
    .replace(/^([^/:]+):(?!\d)/, '$1/')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
}

/** Whether two names are of one repository: one may lack its host, neither its owner. */
export function isSameRepository(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short === long || (short.includes('/') && long.endsWith(`/${short}`));
}

/** Repository and path in an address of a file or folder; undefined for anything else. */
export function placeIn(text: string): { readonly repository: string; readonly path: string } | undefined {
  const match =
    /^(?:url:)?(?:https?:\/\/)?((?:[\w-]+\.)+[a-z]+\/[\w.-]+\/[\w.-]+?)(?:\.git)?(?:\/(?:-\/)?(?:blob|tree|raw|edit)\/[^/]+)?(\/[^?#]*)?(?:[?#].*)?$/i.exec(
      text.trim(),
    );
  const repository = match?.[1];
  return repository === undefined
    ? undefined
    : { repository: repository.toLowerCase(), path: match?.[2] ?? '' };
}

function pathFor(repository: string | undefined, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const address = placeIn(text);
  if (!address) return plainPath(text);
  const isIt = repository === undefined || isSameRepository(address.repository, repository);
  return isIt ? plainPath(decoded(address.path)) : undefined;
}

/** A path inside a repository; undefined for text that is none, and for one that climbs out. */
function plainPath(text: string): string | undefined {
  const segments = text
    .trim()
    .replace(/^\.?\/+/, '')
    .split('/');
  const isPath =
    !text.startsWith('CloudFormation stack ') &&
    segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
  return isPath ? segments.join('/') : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

function inOrganisation(repository: string, organisation: string | undefined): string {
  return repository.includes('/') || organisation === undefined
    ? repository
    : `${organisation}/${repository}`;
}

function tagged(identity: Identity, key: string): string | undefined {
  return Object.entries(identity.tags).find(
    ([name, value]) => name.toLowerCase().replaceAll('_', '-') === key && value.trim() !== '',
  )?.[1];
}
