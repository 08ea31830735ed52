// What cfn-lint is told in the templates themselves.
import type { Stack } from 'aws-cdk-lib';

/**
 * Lets cfn-lint pass over W3005, a dependency that is said twice: CDK writes every dependency out, also where a reference
 * implies it.
 */
export function lintAsMade(stack: Stack): void {
  stack.addMetadata('cfn-lint', { config: { ignore_checks: ['W3005'] } });
}
