import { readFileSync } from 'node:fs';

/** The text of a published vector. */
export function fixtureText(name: string): string {
  return readFileSync(new URL(`../../fixtures/attestation/${name}`, import.meta.url), 'utf8');
}

/** A published vector, parsed. The caller names its shape. */
export function fixture(name: string): unknown {
  return JSON.parse(fixtureText(name)) as unknown;
}

/** What a call answers, or the error of the given family it is refused with; any other error is a bug. */
export function answerOrRefusal<Answer>(
  call: () => Answer,
  family: abstract new (...args: never[]) => Error,
): Answer | Error {
  try {
    return call();
  } catch (error) {
    if (error instanceof family) return error;
    throw error;
  }
}
