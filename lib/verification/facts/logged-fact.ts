// A fact as the log has it: what an envelope says, where it stands, and who signed it.
import {
  decodeEnvelopeText,
  type OpenedEnvelope,
  STATEMENT_PAYLOAD_TYPE,
} from '../../domain/attestation/bytes/envelope.ts';
import { parseStrictJson } from '../../domain/attestation/bytes/strict-json.ts';
import {
  PREDICATES,
  type PredicateBody,
  type PredicateName,
  predicateNameOf,
} from '../../domain/attestation/predicates/registry.ts';
import { Statement } from '../../domain/attestation/statement.ts';
import { IntegrityError, InvalidInputError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';

/** Where a statement stands. */
export interface RowPlace {
  readonly index: number;
  /** Lowercase hexadecimal. */
  readonly leafHash: string;
  readonly keyId: string;
  /** The service's own name of the fact, where the pack gives it. */
  readonly attestationId?: string | undefined;
}

/** A statement with its place. */
export type LoggedFact = {
  [N in PredicateName]: RowPlace & {
    readonly name: N;
    readonly subject: { readonly name: string; readonly sha256: string };
    readonly at: Instant;
    readonly predicate: PredicateBody<N>;
  };
}[PredicateName];

/** A fact of one kind. */
export type FactOf<N extends PredicateName> = Extract<LoggedFact, { name: N }>;

/** What to do with facts of some kinds, given some context. */
export type FactHandlers<Context, Result> = {
  readonly [N in PredicateName]?: (fact: FactOf<N>, context: Context) => Result;
};

/** Does what is to be done with a fact of its kind; undefined when nothing is. */
export function handleFact<Context, Result>(
  fact: LoggedFact,
  handlers: FactHandlers<Context, Result>,
  context: Context,
): Result | undefined {
  // The kind chose the handler, which TypeScript cannot see.
  const handler = handlers[fact.name] as ((fact: LoggedFact, context: Context) => Result) | undefined;
  return handler?.(fact, context);
}

/** Reads the signed body. Verifies no signature. @returns the fact, or what is wrong with it, in a sentence's end */
export function readFact(opened: OpenedEnvelope, place: RowPlace): LoggedFact | string {
  if (opened.payloadType !== STATEMENT_PAYLOAD_TYPE) return `holds "${opened.payloadType}", not a statement`;
  let body: unknown;
  try {
    body = parseStrictJson(opened.body);
  } catch (error) {
    if (error instanceof InvalidInputError)
      return `has a body that reads two ways or not at all: ${error.message}`;
    throw error;
  }
  const statement = readStatement(body);
  if (typeof statement === 'string') return statement;
  const { subject, predicateType, predicate } = statement;
  const name = predicateNameOf(predicateType);
  if (name === undefined) return `has an unknown predicate type ${predicateType.slice(0, 120)}`;
  const parsed = PREDICATES[name].safeParse(predicate);
  if (!parsed.success) return `does not fit the schema of ${name}: ${issueOf(parsed.error)}`;
  const [{ name: subjectName, digest }] = subject;
  return {
    ...place,
    name,
    subject: { name: subjectName, sha256: digest.sha256 },
    at: parsed.data.at,
    predicate: parsed.data,
  } as LoggedFact;
}

/**
 * A parsed body as a statement, or what is wrong with it. Looks at the few fields itself, because the schema would walk
 * the whole predicate, which its own schema walks anyway.
 */
export function readStatement(body: unknown): Statement | string {
  if (isStatement(body)) return body;
  const parsed = Statement.safeParse(body);
  return parsed.success ? parsed.data : `is no in-toto statement: ${issueOf(parsed.error)}`;
}

function isStatement(body: unknown): body is Statement {
  if (!hasKeys(body, 4) || body['_type'] !== 'https://in-toto.io/Statement/v1') return false;
  const { subject, predicateType, predicate } = body;
  if (typeof predicateType !== 'string' || predicateNameOf(predicateType) === undefined) return false;
  if (!Array.isArray(subject) || subject.length !== 1 || !isObject(predicate)) return false;
  const [only] = subject as unknown[];
  if (!hasKeys(only, 2) || typeof only['name'] !== 'string' || !hasKeys(only['digest'], 1)) return false;
  const digest = only['digest']['sha256'];
  return typeof digest === 'string' && /^[0-9a-f]{64}$/.test(digest);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasKeys(value: unknown, count: number): value is Record<string, unknown> {
  return isObject(value) && Object.keys(value).length === count;
}

/** The fact of a row that was checked before, or is our own; undefined when it cannot be read. */
export function factOfRow(row: {
  readonly index: number;
  readonly leafHash: string;
  readonly envelope: string;
  readonly attestationId?: string | undefined;
}): LoggedFact | undefined {
  try {
    const opened = decodeEnvelopeText(row.envelope);
    const { index, leafHash, attestationId } = row;
    const fact = readFact(opened, {
      index,
      leafHash,
      attestationId,
      keyId: opened.signatures[0]?.keyId ?? '',
    });
    return typeof fact === 'string' ? undefined : fact;
  } catch (error) {
    if (error instanceof IntegrityError || error instanceof InvalidInputError) return undefined;
    throw error;
  }
}

function issueOf(error: { readonly issues: readonly { path: PropertyKey[]; message: string }[] }): string {
  const [issue] = error.issues;
  return issue === undefined
    ? 'malformed'
    : `${issue.path.map(String).join('.') || '(top)'}: ${issue.message}`;
}
