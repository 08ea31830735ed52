// Bad input, told from bugs.
import { IntegrityError, InvalidInputError } from '../../domain/errors.ts';

/** A pack that is not one. */
export class CodedProblem extends InvalidInputError {
  constructor(message: string) {
    super({ code: 'MALFORMED_FILE', message });
  }
}

/** Whether an error says something about the pack, rather than about the verifier. */
export function isProblem(error: unknown): error is InvalidInputError | IntegrityError {
  return error instanceof InvalidInputError || error instanceof IntegrityError;
}
