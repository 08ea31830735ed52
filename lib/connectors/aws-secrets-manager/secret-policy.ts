// A secret's resource policy with a statement that keeps everybody from reading the value; nothing else in it is touched.
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { RefusedError } from '../../domain/errors.ts';

/** Id of the statement, fixed so that a second run finds it. */
export const STATEMENT_ID = 'CountersignDisabled';

/**
 * No principal is left out: Countersign itself reads no values either. An explicit Deny in a resource policy binds users,
 * roles, service roles, other accounts and root. It says nothing of PutResourcePolicy, so nobody is locked out.
 */
const DENY_READING = {
  Sid: STATEMENT_ID,
  Effect: 'Deny',
  Principal: '*',
  Action: 'secretsmanager:GetSecretValue',
  Resource: '*',
};

const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.union([z.array(item), item.transform((only): z.infer<T>[] => [only])]);

const Document = z.looseObject({ Statement: oneOrMore(z.looseObject({ Sid: z.string().optional() })) });

const DenyingAll = z.looseObject({
  Effect: z.literal('Deny'),
  Principal: z.union([z.literal('*'), z.looseObject({ AWS: oneOrMore(z.string()) })]),
  Action: oneOrMore(z.string()),
  Resource: oneOrMore(z.string()),
  Condition: z.undefined().optional(),
  NotPrincipal: z.undefined().optional(),
});

/** Actions that cover reading the value, in lower case: actions compare without it. */
const READING: ReadonlySet<string> = new Set([
  '*',
  'secretsmanager:*',
  'secretsmanager:get*',
  'secretsmanager:getsecretvalue',
]);

/** The policy with our statement in it. @throws RefusedError NOT_SUPPORTED when it cannot be read */
export function withDeny(policy: string | null): string {
  if (policy === null) return JSON.stringify({ Version: '2012-10-17', Statement: [DENY_READING] });
  const document = read(policy);
  if (!document) {
    const message = 'its resource policy is not understood, and so not changed';
    throw new RefusedError({ code: 'NOT_SUPPORTED', message });
  }
  return JSON.stringify({ ...document, Statement: [...others(document), DENY_READING] });
}

/** The policy without our statement; null when nothing else is in it. */
export function withoutDeny(policy: string | null): string | null {
  const document = policy === null ? undefined : read(policy);
  if (!document) return policy;
  const left = others(document);
  return left.length === 0 ? null : JSON.stringify({ ...document, Statement: left });
}

/** Whether our statement is in it, whatever it says by now. */
export function isMarked(policy: string | null): boolean {
  const document = policy === null ? undefined : read(policy);
  return document !== undefined && others(document).length < document.Statement.length;
}

/** Whether a statement of it denies reading the value to everybody, without condition. */
export function deniesReading(policy: string | null): boolean {
  const document = policy === null ? undefined : read(policy);
  return document?.Statement.some(deniesToAll) ?? false;
}

/** Whether two policies say the same; AWS gives a document back with other white space. */
export function isSamePolicy(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return one === other;
  return isDeepStrictEqual(read(one) ?? one, read(other) ?? other);
}

type PolicyDocument = z.infer<typeof Document>;

function read(policy: string): PolicyDocument | undefined {
  try {
    const parsed = Document.safeParse(JSON.parse(policy));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function others({ Statement }: PolicyDocument): PolicyDocument['Statement'] {
  return Statement.filter(({ Sid }) => Sid !== STATEMENT_ID);
}

function deniesToAll(statement: unknown): boolean {
  const parsed = DenyingAll.safeParse(statement);
  if (!parsed.success) return false;
  const { Action, Principal, Resource } = parsed.data;
  return (
    (Principal === '*' || Principal.AWS.includes('*')) &&
    Action.some((action) => READING.has(action.toLowerCase())) &&
    Resource.includes('*')
  );
}
