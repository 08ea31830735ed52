// What changed between two plain values, path by path.

/** One changed path; `before` or `after` is absent where it was added or removed. */
export interface Change {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Every changed path, in the order of the paths. */
export function diffValues(before: unknown, after: unknown): Change[] {
  const [left, right] = [flat(before), flat(after)];
  const paths = [...new Set([...left.keys(), ...right.keys()])].toSorted();
  return paths
    .filter((path) => left.get(path) !== right.get(path))
    .map((path) => ({
      path,
      ...(left.has(path) ? { before: JSON.parse(left.get(path) ?? 'null') as unknown } : {}),
      ...(right.has(path) ? { after: JSON.parse(right.get(path) ?? 'null') as unknown } : {}),
    }));
}

function flat(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    for (const [key, inner] of Object.entries(value)) {
      const step = Array.isArray(value) ? `[${key}]` : path === '' ? key : `.${key}`;
      flat(inner, `${path}${step}`, into);
    }
  } else if (value !== undefined) {
    into.set(path || '(top)', JSON.stringify(value));
  }
  return into;
}
