// Text from outside, before it stands in a message: short, one line, nothing that looks like a secret.

/** Longest text taken over from a reply, in characters. */
const MAX_CHARACTERS = 200;

/** Shapes of well-known secrets: tokens with a prefix, JSON web tokens, authorization headers, private keys, key=value. */
const SECRETS: readonly RegExp[] = [
  /\b(?:gh[opsur]_|github_pat_|glpat-|xox[abeoprs]-|sk[-_](?:live|test|ant|proj)?[-_]?|AIza|npm_|hvs\.|whsec_)[\w-]{12,}/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
  /\b(?:bearer|basic)\s+[\w.~+/=-]{8,}/gi,
  /-----BEGIN[^-]*PRIVATE KEY-----[^-]*(?:-----END[^-]*-----)?/g,
  /\b(pass(?:word|wd)?|secret|token|api[-_]?key|private[-_]?key|authorization)(["']?\s*[:=]\s*["']?)[^\s"',;&]+/gi,
];

/** One line of at most 200 characters: control and direction characters gone, what looks like a secret masked. */
export function plainText(text: string): string {
  const oneLine = text.slice(0, 4 * MAX_CHARACTERS).replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
  const masked = SECRETS.reduce((kept, shape) => kept.replaceAll(shape, '[masked]'), oneLine);
  return masked.trim().slice(0, MAX_CHARACTERS);
}

/** The same between quotation marks, for use inside a sentence. */
export function quoted(text: string): string {
  return JSON.stringify(plainText(text));
}
