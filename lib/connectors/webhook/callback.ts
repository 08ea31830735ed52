// A message from the automation that work it accepted has ended. Signed like a request; it only says: look again.
import * as z from 'zod';
import type { SystemCallback } from '../../application/ports/connector.ts';
import { InvalidInputError, RefusedError } from '../../domain/errors.ts';
import { IdentityId } from '../../domain/identity/identity-id.ts';
import { manifest } from './manifest.ts';
import { SIGNATURE_HEADER, signatureFault } from './signature.ts';

/** Unlike any request or reply, which are signed with the same secret: neither can be sent back as one of these. */
const Callback = z.object({
  schemaVersion: z.literal(1),
  callback: z.literal('ended'),
  requestId: z.string().regex(/^req-[0-9a-f]{32}$/),
  identityId: IdentityId,
});

/**
 * What the message is about. `nowMs` is the wall clock's.
 * @throws RefusedError NOT_ELIGIBLE; InvalidInputError MALFORMED_REQUEST
 */
export function readCallback(
  { body, header }: SystemCallback,
  system: string,
  secret: string,
  nowMs: number,
): { readonly requestId: string; readonly identityId: IdentityId } {
  const signed = { secret, header: header(SIGNATURE_HEADER), body, now: Math.floor(nowMs / 1_000) };
  const fault = signatureFault(signed);
  if (fault !== undefined)
    throw new RefusedError({ code: 'NOT_ELIGIBLE', message: `The callback ${fault}.` });
  const { requestId, identityId } = parse(body);
  if (identityId.startsWith(`${manifest.id}/${system}/`)) return { requestId, identityId };
  throw new RefusedError({ code: 'NOT_ELIGIBLE', message: 'The callback is about another system.' });
}

function parse(body: string): z.infer<typeof Callback> {
  try {
    return Callback.parse(JSON.parse(body));
  } catch (error) {
    const message = 'The callback is not as agreed.';
    throw new InvalidInputError({ code: 'MALFORMED_REQUEST', message, cause: error });
  }
}
