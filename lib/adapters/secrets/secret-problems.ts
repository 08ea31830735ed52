// What is wrong with a secret, in words that never repeat what it holds.
import type * as z from 'zod';

/** What stands in a secret that nobody filled in: nothing, `<in angle brackets>`, `REPLACE_ME`, `change-me`. */
const PLACEHOLDER = /^\s*(?:|<.*>|(?:replace|change|fill)[ _-]?(?:me|in|this).*)\s*$/is;

/** What to put in, from placeholders and from a schema's issues; undefined when nothing is wrong. */
export function whatIsWrong(value: unknown, issues: readonly z.core.$ZodIssue[]): string | undefined {
  const unfilled = placeholdersIn(value);
  const problems = [
    ...unfilled.map((field) => (field === '' ? 'is not filled in' : `is not filled in: "${field}"`)),
    ...issues.map(inWords),
  ];
  return problems.length === 0 ? undefined : problems.join('; ');
}

/** Fields of a JSON object that hold a placeholder, or the text itself as ''. */
function placeholdersIn(value: unknown): string[] {
  if (typeof value === 'string') return PLACEHOLDER.test(value) ? [''] : [];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([field, held]) =>
    typeof held === 'string' && PLACEHOLDER.test(held) ? [field] : [],
  );
}

function inWords(issue: z.core.$ZodIssue): string {
  // Its keys may be part of what somebody pasted in the wrong place.
  if (issue.code === 'unrecognized_keys') return 'has fields that do not belong there';
  const field = issue.path.join('.');
  return `must hold ${field === '' ? 'text as asked for' : `"${field}"`} (${issue.message})`;
}
