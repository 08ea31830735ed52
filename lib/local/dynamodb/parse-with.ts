// Requests the engine does not know are read with schemas of ours.
import type * as z from 'zod';
import { validationFault } from './fault.ts';

/** Reads a request of ours. @throws ServiceFault ValidationException that names the member at fault */
export function parseWith<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    ({ path, message }) =>
      `Value at '${path.map(String).join('.')}' failed to satisfy constraint: ${message}`,
  );
  throw validationFault(
    `${issues.length} validation error${issues.length > 1 ? 's' : ''} detected: ${issues.join('; ')}`,
  );
}
