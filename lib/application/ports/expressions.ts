import type { Identity } from '../../domain/identity/identity.ts';
import type { Risk } from '../../domain/identity/risk-tier.ts';

/** What a scope expression can look at. */
export interface ExpressionInput {
  readonly identity: Identity;
  readonly risk: Risk;
}

/** Compiles scope and protection expressions (CEL). */
export interface Expressions {
  /**
   * Compiles a yes/no expression over `identity` and `risk`. A missing key makes the predicate false, not an error.
   * @throws InvalidInputError MALFORMED_EXPRESSION naming the position.
   */
  compile(source: string): (input: ExpressionInput) => boolean;
}
