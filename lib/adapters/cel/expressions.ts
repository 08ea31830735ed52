// Scope and protection expressions in CEL (https://github.com/google/cel-spec), type-checked before anything is written.
import { TypeError as CelTypeError, Environment, EvaluationError, ParseError } from '@marcbachmann/cel-js';
import type { Clock } from '../../application/ports/clock.ts';
import type { ExpressionInput, Expressions } from '../../application/ports/expressions.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { CredentialFields, credentialFieldTypes, expressionFields, fieldTypes } from './expression-fields.ts';
import { blindSpotOf } from './syntax-tree.ts';

/** Nobody needs a longer expression, and a compiler is no place for surprises. */
const MAX_LENGTH = 4096;

/** Compiles CEL over `identity` and `risk`. Ages are counted from the clock's now. */
export function createCelExpressions({ clock }: { readonly clock: Clock }): Expressions {
  const environment = new Environment({ limits: { maxAstNodes: 2000, maxDepth: 50 } });
  environment.registerType('Credential', { ctor: CredentialFields, fields: credentialFieldTypes });
  for (const [name, schema] of Object.entries(fieldTypes)) environment.registerVariable({ name, schema });
  const compiled = new Map<string, (input: ExpressionInput) => boolean>();
  return {
    compile(source) {
      const known = compiled.get(source);
      if (known) return known;
      const predicate = compile(environment, source, clock);
      compiled.set(source, predicate);
      return predicate;
    },
  };
}

function compile(
  environment: Environment,
  source: string,
  clock: Clock,
): (input: ExpressionInput) => boolean {
  if (source.length > MAX_LENGTH) throw malformed(source, `it is longer than ${MAX_LENGTH} characters`);
  let program: ReturnType<Environment['parse']>;
  try {
    program = environment.parse(source);
  } catch (cause) {
    throw malformed(source, messageOf(cause), cause);
  }
  const checked = program.check();
  if (!checked.valid) throw malformed(source, messageOf(checked.error), checked.error);
  const blind = blindSpotOf(environment, source, program.ast);
  if (blind !== undefined) throw malformed(source, blind);
  if (checked.type !== 'bool' && checked.type !== 'dyn')
    throw malformed(source, `it gives ${String(checked.type)}, not yes or no`);
  return (input) => {
    try {
      return program(expressionFields(input, clock.now())) === true;
    } catch (error) {
      // A tag that is not there makes the expression false; anything else would have been refused when compiled.
      if (error instanceof EvaluationError) return false;
      throw error;
    }
  };
}

function messageOf(error: unknown): string {
  const known =
    error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError;
  return known ? `at character ${(error.range?.start ?? 0) + 1}: ${error.summary}` : String(error);
}

function malformed(source: string, why: string, cause?: unknown): InvalidInputError {
  const message = `the expression \`${source.slice(0, 200)}\` is wrong: ${why}`;
  return new InvalidInputError({ code: 'MALFORMED_EXPRESSION', message, cause });
}
