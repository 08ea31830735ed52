// Arguments of a Web API call: forms carry everything as text, nested values as JSON text.
import * as z from 'zod';
import { SlackRefusal } from './slack-refusal.ts';

/** The arguments as they came in; attacker-controlled. */
export type RawArguments = Readonly<Record<string, unknown>>;

/** What a method does with its arguments; the answer is sent with `ok: true` added. */
export type Method = (args: RawArguments) => Record<string, unknown>;

/** True or false, also as text. */
export const flag = z.union([
  z.boolean(),
  z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0', ''] }),
]);
/** A whole number, also as text. */
export const count = z.coerce.number().int();
/** Comma-separated text or a list. */
export const list = z.union([
  z.array(z.string()),
  z.string().transform((text) =>
    text
      .split(',')
      .map((each) => each.trim())
      .filter(Boolean),
  ),
]);

/** A nested value, also as JSON text; `error` is Slack's code for text that is no JSON. */
export function nested(error: string): z.ZodType {
  return z.unknown().transform((value) => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      throw new SlackRefusal(error);
    }
  });
}

/** Reads the arguments. @throws SlackRefusal `invalid_arguments`, naming each field */
export function readArguments<T>(shape: z.ZodType<T>, args: RawArguments): T {
  const parsed = shape.safeParse(args);
  if (parsed.success) return parsed.data;
  const messages = parsed.error.issues.map((issue) => {
    const field = issue.path.join('/');
    const isMissing = issue.path.length === 1 && args[String(issue.path[0])] === undefined;
    return isMissing
      ? `[ERROR] missing required field: ${field}`
      : `[ERROR] ${issue.message} [json-pointer:/${field}]`;
  });
  throw new SlackRefusal('invalid_arguments', messages);
}

/** One page of a list and the cursor of the next, encoded as Slack's are. */
export function pageOf<T extends { readonly id: string }>(
  items: readonly T[],
  kind: string,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit?: number | undefined },
): { readonly items: readonly T[]; readonly nextCursor: string } {
  if (limit !== undefined && (limit < 0 || limit > 1000)) throw new SlackRefusal('invalid_limit');
  const start = cursor ? positionOf(items, kind, cursor) : 0;
  const end = limit ? start + limit : items.length;
  const next = items[end];
  const nextCursor = next ? Buffer.from(`${kind}:${next.id}`).toString('base64') : '';
  return { items: items.slice(start, end), nextCursor };
}

function positionOf(items: readonly { readonly id: string }[], kind: string, cursor: string): number {
  const [prefix, id] = Buffer.from(cursor, 'base64').toString('utf8').split(':');
  const position = items.findIndex((item) => item.id === id);
  if (prefix !== kind || position < 0) throw new SlackRefusal('invalid_cursor');
  return position;
}
