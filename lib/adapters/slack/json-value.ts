// JSON that came back from Slack inside a value or metadata.
import type * as z from 'zod';

/** The parsed value, or undefined when the text is not such JSON. */
export function parseValue<S extends z.ZodType>(schema: S, text: string | undefined): z.infer<S> | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}
