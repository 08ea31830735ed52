// What the data stack tells the service stack: one parameter each, in the Parameter Store. See docs/decisions/0010-stacks.md.
import { CfnParameter, type Stack } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { pascalCase } from './names.ts';

/** Everything told, by name. */
export const DATA_PARAMETERS = [
  'reviews-table',
  'reviews-stream',
  'ledger-table',
  'data-key',
  'attestation-key',
  'log-key',
  'data-bucket',
  'locked-bucket',
  'packs-bucket',
  'pseudonym-secret',
  'cookie-secret',
  'slack-secret',
] as const;

/** One thing told. */
export type DataParameter = (typeof DATA_PARAMETERS)[number];

/** Names and ARNs of everything that is kept. */
export type DataReferences = Readonly<Record<DataParameter, string>>;

/** Name of a parameter: `/countersign/production/reviews-table`. */
export function parameterName(stage: string, parameter: DataParameter): string {
  return `/countersign/${stage}/${parameter}`;
}

/** Writes the parameters. */
export function publishData(scope: Construct, stage: string, references: DataReferences): void {
  for (const parameter of DATA_PARAMETERS) {
    new StringParameter(scope, `Parameter-${parameter}`, {
      parameterName: parameterName(stage, parameter),
      description: `Written by the data stack of ${stage}, read when its service stack is deployed.`,
      stringValue: references[parameter],
    });
  }
}

/** Reads them, at each deployment. */
export function importData(stack: Stack, stage: string): DataReferences {
  const read = DATA_PARAMETERS.map((parameter) => {
    const { valueAsString } = new CfnParameter(stack, pascalCase(parameter), {
      type: 'AWS::SSM::Parameter::Value<String>',
      default: parameterName(stage, parameter),
      description: `Parameter with the ${parameter.replaceAll('-', ' ')} of the data stack.`,
    });
    return [parameter, valueAsString] as const;
  });
  return Object.fromEntries(read) as DataReferences;
}
