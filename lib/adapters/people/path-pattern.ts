// Patterns of a CODEOWNERS file. Matching takes time in proportion to pattern and path, whatever they are: a path may come
// from a tag that anybody could set.

/** A pattern as read: whether it fits a path, and whether it fits every path. */
export interface PathPattern {
  readonly everywhere: boolean;
  fits(path: string): boolean;
}

const FOLDERS = Symbol('any folders');
const ANY = Symbol('any characters');
const ONE = Symbol('one character');
type Piece = string | typeof ANY | typeof ONE;
type Segment = typeof FOLDERS | readonly Piece[];

/**
 * Reads a pattern as GitHub does: gitignore's rules, except that a folder's `*` reaches no deeper (`docs/*`), and that
 * `!`, `[ ]` and `\#` mean nothing. `\` takes the meaning off the character after it.
 * https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners#codeowners-syntax
 */
export function pathPattern(text: string): PathPattern {
  const segments = segmentsOf(text);
  const folders = segments.filter((segment) => segment === FOLDERS).length;
  const rest = segments.filter((segment) => segment !== FOLDERS);
  return {
    everywhere: folders > 0 && rest.length <= 1 && rest.every(isAnyName),
    fits: (path) => {
      const parts = path.split('/').map((part) => Array.from(part));
      return runs(segments, parts, FOLDERS, (segment, part) => fitsName(segment, part));
    },
  };
}

function segmentsOf(text: string): readonly Segment[] {
  const anchored = text.startsWith('/');
  const names = (anchored ? text.slice(1) : text).split('/');
  const isFolder = names.length > 1 && names.at(-1) === '';
  if (isFolder) names.pop();
  const isOneName = names.length === 1 && !anchored;
  const written = names.map((name): Segment => (name === '**' ? FOLDERS : piecesOf(name)));
  const last = written.at(-1);
  // A name is also everything below it; a lone "*" is not, and what ends in "/" or "/**" has something below it.
  const below: readonly Segment[] =
    isFolder || last === FOLDERS ? [[ANY], FOLDERS] : last === undefined || isAnyName(last) ? [] : [FOLDERS];
  const whole = last === FOLDERS ? written.slice(0, -1) : written;
  const above: readonly Segment[] = isOneName ? [FOLDERS] : [];
  return [...above, ...whole, ...below];
}

function piecesOf(name: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let isPlain = false;
  for (const character of name) {
    if (isPlain || !['\\', '*', '?'].includes(character)) pieces.push(character);
    else if (character === '*') pieces.push(ANY);
    else if (character === '?') pieces.push(ONE);
    isPlain = !isPlain && character === '\\';
  }
  return pieces;
}

function isAnyName(segment: Segment): boolean {
  return segment !== FOLDERS && segment.length === 1 && segment[0] === ANY;
}

function fitsName(segment: Segment, name: readonly string[]): boolean {
  if (segment === FOLDERS || name.length === 0) return false;
  return runs(segment, name, ANY, (piece, character) => piece === ONE || piece === character);
}

/** Whether `given` is what `wanted` says, `any` standing for any number of them. The last `any` alone is ever tried again. */
function runs<Wanted, Given>(
  wanted: readonly Wanted[],
  given: readonly Given[],
  any: Wanted,
  fits: (wanted: Wanted, given: Given) => boolean,
): boolean {
  let at = 0;
  let position = 0;
  let again: { readonly at: number; position: number } | undefined;
  while (position < given.length) {
    const each = wanted[at];
    const here = given[position];
    if (each === any && at < wanted.length) {
      again = { at: at + 1, position };
      at += 1;
    } else if (each !== undefined && here !== undefined && fits(each, here)) {
      at += 1;
      position += 1;
    } else if (again) {
      again.position += 1;
      ({ at, position } = again);
    } else {
      return false;
    }
  }
  return wanted.slice(at).every((each) => each === any);
}
