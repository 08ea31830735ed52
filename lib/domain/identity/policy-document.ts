// An AWS policy document as anyone may have written it, read into statements or refused with a reason.
import * as z from 'zod';

/** How a policy reaches the principal. */
export type PolicyVia = 'inline' | 'managed' | 'group' | 'role' | 'boundary';

/** A policy as collected. `document` is attacker-controlled: an object, JSON text, or URL-encoded JSON text (RFC 3986). */
export interface AttachedPolicy {
  readonly name: string;
  readonly via: PolicyVia;
  /** ARN of a managed policy. */
  readonly arn?: string | undefined;
  /** Undefined when the input carries no document for it (often so for AWS-managed policies). */
  readonly document: unknown;
}

/** One condition: `StringEquals aws:PrincipalTag/team = a|b`. */
export interface PolicyCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** One statement with its origin, so that every verdict can name it. */
export interface PolicyStatement {
  readonly policy: string;
  readonly via: PolicyVia;
  /** `Sid`, or its position from 1. */
  readonly label: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly notActions: readonly string[] | undefined;
  readonly resources: readonly string[];
  readonly notResources: readonly string[] | undefined;
  readonly principal: unknown;
  readonly notPrincipal: unknown;
  readonly conditions: readonly PolicyCondition[];
}

/** What reading a document gave: its statements, or why it cannot be read. */
export type ParsedPolicy =
  | { readonly readable: true; readonly statements: readonly PolicyStatement[] }
  | { readonly readable: false; readonly reason: string };

/** Longest document looked at: the largest IAM allows is 10,240 characters, URL-encoding may triple it. */
const MAX_DOCUMENT_CHARS = 200_000;

const TextList = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value));

const ConditionValue = z
  .union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number(), z.boolean()]))])
  .transform((value) => (Array.isArray(value) ? value : [value]).map(String));

const RawStatement = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: TextList.optional(),
  NotAction: TextList.optional(),
  Resource: TextList.optional(),
  NotResource: TextList.optional(),
  Principal: z.unknown().optional(),
  NotPrincipal: z.unknown().optional(),
  Condition: z.record(z.string(), z.record(z.string(), ConditionValue)).optional(),
});

const RawDocument = z.object({
  Statement: z.union([z.array(RawStatement), RawStatement.transform((statement) => [statement])]),
});

/** Reads one policy document. Never throws: what cannot be read comes back with the reason. */
export function parsePolicy(policy: AttachedPolicy): ParsedPolicy {
  const decoded = decodeDocument(policy.document);
  if ('reason' in decoded) return { readable: false, reason: decoded.reason };
  const parsed = RawDocument.safeParse(decoded.value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.join('.') ?? '';
    return { readable: false, reason: `not a policy document${where === '' ? '' : ` (at ${where})`}` };
  }
  const nothing = parsed.data.Statement.find(
    (statement) => statement.Action === undefined && statement.NotAction === undefined,
  );
  if (nothing) return { readable: false, reason: 'a statement has neither Action nor NotAction' };
  return {
    readable: true,
    statements: parsed.data.Statement.map((raw, index) => statementOf(policy, raw, index)),
  };
}

function statementOf(
  policy: AttachedPolicy,
  raw: z.infer<typeof RawStatement>,
  index: number,
): PolicyStatement {
  return {
    policy: policy.name,
    via: policy.via,
    label: raw.Sid === undefined || raw.Sid === '' ? `statement ${index + 1}` : `statement ${raw.Sid}`,
    effect: raw.Effect,
    actions: raw.Action ?? [],
    notActions: raw.NotAction,
    resources: raw.Resource ?? [],
    notResources: raw.NotResource,
    principal: raw.Principal,
    notPrincipal: raw.NotPrincipal,
    conditions: Object.entries(raw.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => ({ operator, key, values })),
    ),
  };
}

type Decoded = { readonly value: unknown } | { readonly reason: string };

function decodeDocument(document: unknown): Decoded {
  if (document === undefined || document === null) return { reason: 'its document is not in the input' };
  if (typeof document === 'object') return { value: document };
  if (typeof document !== 'string') return { reason: `its document is a ${typeof document}` };
  if (document.length > MAX_DOCUMENT_CHARS) return { reason: 'its document is longer than IAM allows' };
  const text = document.trimStart().startsWith('{') ? document : percentDecoded(document);
  if (text === undefined) return { reason: 'its document is not valid URL encoding' };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { reason: `its document is not JSON: ${error instanceof Error ? error.message : 'unreadable'}` };
  }
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
