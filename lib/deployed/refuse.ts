// What stands for a port that lib/functions.ts does not give a function. Using it is a mistake of ours, said as such: the
// function's role would be refused anyway.
import { IntegrityError } from '../domain/errors.ts';
import type { FunctionName } from '../functions.ts';

/** The mistake. */
export function notGiven(name: FunctionName, what: string): IntegrityError {
  return new IntegrityError({
    code: 'CORRUPT_RECORD',
    message: `Function ${name} uses ${what}, which lib/functions.ts does not give it.`,
  });
}

/** A port that refuses whatever is asked of it: it can stand for any. */
export function refusing(name: FunctionName, port: string): never {
  const refuse: object = new Proxy(
    {},
    {
      get: (_target, method) => {
        // Awaited as it is handed around, which asks for `then` and means nothing.
        if (method === 'then') return undefined;
        throw notGiven(name, `${port}.${String(method)}`);
      },
    },
  );
  return refuse as never;
}
