// What a deployment is called: read off the functions' own variables.
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { FUNCTION_NAMES, type FunctionName } from '../../../lib/functions.ts';
import { type ClientConfig } from './emulated-services.ts';

/** The stage that is deployed on the emulator. */
export const STAGE = 'emulator';

/** Deployed name of a function. */
export function deployedName(name: FunctionName): string {
  return `countersign-${STAGE}-${name}`;
}

/** Every variable any function has, by name. */
export async function readVariables(config: ClientConfig): Promise<Readonly<Record<string, string>>> {
  const lambda = new LambdaClient(config);
  const all = await Promise.all(
    FUNCTION_NAMES.map(async (name) => {
      const command = new GetFunctionConfigurationCommand({ FunctionName: deployedName(name) });
      return (await lambda.send(command)).Environment?.Variables ?? {};
    }),
  );
  return Object.assign({}, ...all) as Record<string, string>;
}

/** One of them. @throws RangeError when no function has it */
export function variable(variables: Readonly<Record<string, string>>, name: string): string {
  const value = variables[name];
  if (value === undefined) throw new RangeError(`No function has the variable ${name}.`);
  return value;
}
