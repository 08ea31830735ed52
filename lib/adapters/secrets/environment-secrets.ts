// Secrets on one machine: `env:NAME` is what the environment variable NAME holds.
import { InvalidInputError } from '../../domain/errors.ts';
import { whatIsWrong } from './secret-problems.ts';

const PREFIX = 'env:';

/**
 * A reader of secrets named `env:NAME`.
 * @throws InvalidInputError BAD_SETTING, without the value, when it is named otherwise, not set or not filled in
 */
export function environmentSecrets(
  env: Readonly<Record<string, string | undefined>>,
): (name: string) => Promise<string> {
  return async (name) => {
    if (!name.startsWith(PREFIX)) {
      throw bad(`Secret ${name} is not on this machine: here secrets are named ${PREFIX}NAME.`);
    }
    const variable = name.slice(PREFIX.length);
    const value = Object.hasOwn(env, variable) ? env[variable] : undefined;
    if (value === undefined) throw bad(`Secret ${name} does not exist: set ${variable}.`);
    const wrong = whatIsWrong(value, []);
    if (wrong !== undefined) throw bad(`Secret ${name} ${wrong}.`);
    return value;
  };
}

function bad(message: string): InvalidInputError {
  return new InvalidInputError({ code: 'BAD_SETTING', message });
}
