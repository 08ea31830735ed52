// Findings of cdk-nag that stand, each at the construct it is about, with the reason. They end up in the validation report.
import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Records that a finding of the AwsSolutions pack is meant to be so.
 * @param finding without the pack's name: `SMG4`, `IAM5[Resource::*]`
 */
export function acknowledge(scope: IConstruct, finding: string, reason: string): void {
  // With the name of the pack in front the finding stays in the report, as suppressed; without it, it would vanish.
  Validations.of(scope).acknowledge({ id: `AwsSolutions::AwsSolutions-${finding}`, reason });
}
