// A witness that is a function in an account of its own.
import { CosignAnswer, type Witness } from '../../application/ports/witness.ts';
import type { VerifierKey } from '../../domain/attestation/log/verifier-key.ts';
import { IntegrityError } from '../../domain/errors.ts';
import type { Invoker } from './invoke.ts';

/** Reaches a witness by its function. The role needs `lambda:InvokeFunction` on it, from both accounts. */
export function createLambdaWitness({
  invoke,
  functionArn,
  key,
}: {
  readonly invoke: Pick<Invoker, 'call'>;
  readonly functionArn: string;
  /** Its public key, learned out of band. */
  readonly key: VerifierKey;
}): Witness {
  return {
    key,
    cosign: async (request) => {
      try {
        return await invoke.call(functionArn, request, CosignAnswer);
      } catch (error) {
        throw asRefusal(error);
      }
    },
  };
}

/** A witness refuses a head as not the log's or as inconsistent; one that does not say which is taken for the worst. */
function asRefusal(error: unknown): unknown {
  if (!(error instanceof IntegrityError)) return error;
  const code = error.code === 'SIGNATURE' ? 'SIGNATURE' : 'FORK';
  return new IntegrityError({ code, message: error.message, cause: error });
}
