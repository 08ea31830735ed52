// Who calls a deployed installation: the principal whose signature API Gateway checked, mapped by the directory.
import * as z from 'zod';
import { sha256Hex } from '../../domain/attestation/bytes/sha256.ts';
import { utf8Bytes } from '../../domain/attestation/bytes/text-bytes.ts';
import { InvalidInputError, RefusedError } from '../../domain/errors.ts';
import type { Authenticated } from '../../domain/review/decision.ts';
import type { Directory } from '../../domain/review/directory.ts';
import type { Instant } from '../../domain/time.ts';

/** ARN of a user, or of a role's session. An account's root, and services, are nobody. */
export const CallerArn = z
  .string()
  .max(2048)
  .regex(/^arn:[a-z-]+:(iam::\d{12}:user\/|sts::\d{12}:assumed-role\/).+$/);

/**
 * The person a principal stands for. The ARN must be in the directory as it is: no patterns, no part of it.
 * @throws RefusedError NOT_ELIGIBLE when it stands for nobody, or for two
 */
export function callerOf(
  directory: Directory,
  { arn, body, at }: { readonly arn: string; readonly body: string; readonly at: Instant },
): Authenticated {
  const person = directory.byAwsPrincipal(arn);
  if (!person) {
    throw new RefusedError({
      code: 'NOT_ELIGIBLE',
      message: `Nobody signs calls as ${arn}, as far as the directory knows. If it is you, add it to "awsPrincipals" of your entry in people.yaml of this installation (nobody else may have it), and have that deployed.`,
    });
  }
  return {
    personId: person.personId,
    method: 'aws-sts',
    issuer: `aws:${arn.split(':')[4] ?? ''}`,
    at,
    evidenceDigest: sha256Hex(utf8Bytes(body)),
  };
}

/** @throws InvalidInputError when somebody says who they are where that is known already */
export function refuseAs(as: string | undefined): void {
  if (as === undefined) return;
  throw new InvalidInputError({
    code: 'BAD_ARGUMENT',
    message:
      '--as: who acts on a deployed installation is known from the signature of the call; --as is for the embedded stack.',
  });
}
