// Where a value stands in a JSON text, so that a refusal can name line and column.

/** A place in a text, counted from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** Line and column of a character offset. */
export function positionOf(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset);
  const lastBreak = before.lastIndexOf('\n');
  return { line: before.split('\n').length, column: offset - lastBreak };
}

/** Where the value at `path` starts and ends in a well-formed JSON text; the nearest enclosing value when it is absent. */
export function locateJson(
  text: string,
  path: readonly PropertyKey[],
): { readonly start: TextPosition; readonly end: TextPosition } {
  let at = skipSpace(text, 0);
  for (const step of path) {
    const next = childOffset(text, at, step);
    if (next === undefined) break;
    at = next;
  }
  return { start: positionOf(text, at), end: positionOf(text, Math.max(at, skipValue(text, at) - 1)) };
}

function skipSpace(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && ' \t\r\n\uFEFF'.includes(text.charAt(at))) at += 1;
  return at;
}

function skipString(text: string, offset: number): number {
  let at = offset + 1;
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}

/** The offset just after the value that starts at `offset`. Iterative: nesting depth is attacker-controlled. */
function skipValue(text: string, offset: number): number {
  let at = offset;
  let depth = 0;
  do {
    at = skipSpace(text, at);
    const char = text.charAt(at);
    if (char === '"') at = skipString(text, at);
    else if (char === '{' || char === '[') {
      depth += 1;
      at += 1;
    } else if (char === '}' || char === ']') {
      depth -= 1;
      at += 1;
    } else if (char === ',' || char === ':') at += 1;
    else at = skipScalar(text, at);
  } while (depth > 0 && at < text.length);
  return at;
}

function skipScalar(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && !',:]} \t\r\n'.includes(text.charAt(at))) at += 1;
  return Math.max(at, offset + 1);
}

function childOffset(text: string, offset: number, step: PropertyKey): number | undefined {
  const open = text.charAt(offset);
  if (open !== '{' && open !== '[') return undefined;
  let at = skipSpace(text, offset + 1);
  for (let index = 0; at < text.length && !'}]'.includes(text.charAt(at)); index += 1) {
    let key: PropertyKey = index;
    if (open === '{') {
      const afterKey = skipString(text, at);
      key = String(JSON.parse(text.slice(at, afterKey)));
      at = skipSpace(text, skipSpace(text, afterKey) + 1);
    }
    if (key === step) return at;
    at = skipSpace(text, skipValue(text, at));
    if (text.charAt(at) === ',') at = skipSpace(text, at + 1);
  }
  return undefined;
}
