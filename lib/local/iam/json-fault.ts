// Where a text stops being JSON (RFC 8259): the engine's own messages do not always say.

const TOKEN =
  /[ \t\r\n]*(?:([{}[\],:])|(")[ !#-[\]-\uFFFF]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uFFFF]*)*"|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-]))/y;

type Expected = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'after-value';

const VALUES = { '"': 'after-value', scalar: 'after-value', '{': 'first-key', '[': 'first-value' } as const;

/** What each token leads to, by what is expected; `close` and `comma` depend on the open brackets. */
const NEXT: Readonly<Record<Expected, Readonly<Record<string, Expected | 'close' | 'comma'>>>> = {
  value: VALUES,
  'first-value': { ...VALUES, ']': 'close' },
  key: { '"': 'colon' },
  'first-key': { '"': 'colon', '}': 'close' },
  colon: { ':': 'value' },
  'after-value': { ',': 'comma', '}': 'close', ']': 'close' },
};

/** The offset of the first character that cannot be part of JSON; the text's length when it ends too early. */
export function findJsonFault(text: string): number {
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = 0;
  TOKEN.lastIndex = 0;
  while (expected !== 'after-value' || open.length > 0) {
    const token = TOKEN.exec(text);
    const next: Expected | undefined = token
      ? follow(expected, token[1] ?? token[2] ?? 'scalar', open)
      : undefined;
    if (next === undefined) break;
    expected = next;
    at = TOKEN.lastIndex;
  }
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at += 1;
  return at;
}

/** Keeps `open`, the brackets not closed yet; undefined when the token may not stand here. */
function follow(expected: Expected, token: string, open: string[]): Expected | undefined {
  const next = NEXT[expected][token];
  if (next === 'comma') return open.at(-1) === '{' ? 'key' : 'value';
  if (next === 'close') return open.pop() === (token === '}' ? '{' : '[') ? 'after-value' : undefined;
  if (token === '{' || token === '[') open.push(token);
  return next;
}
