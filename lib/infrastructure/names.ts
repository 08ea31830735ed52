// Names that more than one stack must know before either exists.
import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type FunctionName, QUEUES, type QueueName } from '../functions.ts';

/** What the name of every thing of a stage begins with. */
export function prefixOf(stage: string): string {
  return `countersign-${stage}`;
}

/** Name of a function, and of the role it runs as: at most 63 characters, of the 64 there may be. */
export function functionName(stage: string, name: FunctionName): string {
  return `${prefixOf(stage)}-${name}`;
}

/** ARN of a function's role. Key policies and member accounts name it before it exists. */
export function functionRoleArn(scope: Construct, stage: string, name: FunctionName): string {
  return roleArn(scope, functionName(stage, name));
}

/** ARN of a role of this account. */
export function roleArn(scope: Construct, resourceName: string): string {
  return Stack.of(scope).formatArn({
    service: 'iam',
    region: '',
    resource: 'role',
    resourceName,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}

/** Every queue, in the order of a review. */
export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

/** `reviews-table` is `ReviewsTable`: a logical id. */
export function pascalCase(name: string): string {
  return name.replaceAll(/(^|-)([a-z0-9])/g, (_match, _dash, letter: string) => letter.toUpperCase());
}
