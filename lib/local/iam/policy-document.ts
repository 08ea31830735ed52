// IAM policy documents as the stand-in evaluates them.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
import * as z from 'zod';

const OneOrMore = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : [value]));
const ConditionValue = z
  .union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number(), z.boolean()]))])
  .transform((value) => (Array.isArray(value) ? value : [value]).map(String));

/** One statement. */
export const PolicyStatement = z
  .looseObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Action: OneOrMore.optional(),
    NotAction: OneOrMore.optional(),
    Resource: OneOrMore.optional(),
    NotResource: OneOrMore.optional(),
    Condition: z.record(z.string(), z.record(z.string(), ConditionValue)).default({}),
  })
  .refine(({ Action, NotAction }) => (Action === undefined) !== (NotAction === undefined), {
    error: 'a statement has either Action or NotAction',
  });
export type PolicyStatement = z.infer<typeof PolicyStatement>;

/** A policy document, identity or trust. */
export const PolicyDocument = z.looseObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Statement: z
    .union([PolicyStatement, z.array(PolicyStatement)])
    .transform((statements) => (Array.isArray(statements) ? statements : [statements])),
});
export type PolicyDocument = z.infer<typeof PolicyDocument>;

/** Parses a document; undefined when IAM would call it malformed. */
export function parsePolicyDocument(text: string): PolicyDocument | undefined {
  try {
    const parsed = PolicyDocument.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** True when `text` matches a pattern of `*` and `?`. Linear: patterns are attacker-controlled. */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resumeAt = 0;
  let index = 0;
  while (index < text.length) {
    if (at < pattern.length && pattern.charAt(at) === '*') {
      star = at;
      resumeAt = index;
      at += 1;
    } else if (
      at < pattern.length &&
      (pattern.charAt(at) === '?' || pattern.charAt(at) === text.charAt(index))
    ) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      resumeAt += 1;
      index = resumeAt;
    } else return false;
  }
  while (pattern.charAt(at) === '*') at += 1;
  return at === pattern.length;
}
