// Deploys the product once for all journeys.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { TestProject } from 'vitest/node';
import { deploy, synthesize } from './cdk.ts';
import { readVariables, STAGE, variable } from './deployed-settings.ts';
import { type ClientConfig, rootConfig, startServices } from './emulated-services.ts';
import { fitAssembly } from './fit-assembly.ts';
import { freePort } from './free-port.ts';
import { keepFunctionLogs } from './function-logs.ts';
import { type AccessKey, openIamAccount } from './iam-account.ts';
import { CACHE, ROOT } from './places.ts';
import { hurryQueues, repairDeployment } from './repair-deployment.ts';
import type { Ministack } from './start-ministack.ts';

/** What tests are told about the deployment. */
export interface Deployed {
  readonly endpoint: string;
  readonly caFile: string;
  /** Process of the emulator; its children run functions. */
  readonly pid: number;
  /** Where the functions look for Slack. */
  readonly slackPort: number;
  /** Address of the HTTP API. */
  readonly apiUrl: string;
  /** Keys that people sign the command's calls with. */
  readonly keys: Readonly<Record<string, AccessKey>>;
  /** Variables of all functions. */
  readonly variables: Readonly<Record<string, string>>;
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly aws: Deployed;
  }
}

/** What the Slack secret is filled in with. */
export const SLACK_SECRET = {
  signingSecret: 'c0ffee00c0ffee00c0ffee00c0ffee00',
  botToken: 'xoxb-emulator',
} as const;

/** Who has `awsPrincipals` in config/emulator/people.yaml. */
const COMMAND_PEOPLE = ['nils', 'isa', 'mira', 'kit', 'lou', 'rae'];

let emulator: Ministack | undefined;

/** Run by Vitest before the journeys. */
export async function setup(project: TestProject): Promise<void> {
  const started = Date.now();
  const say = (what: string): void =>
    void process.stdout.write(`[aws] ${((Date.now() - started) / 1000).toFixed(0)} s: ${what}\n`);
  emulator = await startServices('journeys');
  const config = rootConfig(emulator);
  const slackPort = await freePort();
  say('emulator is up; making templates');
  const assembly = join(CACHE, 'cdk-emulator');
  await synthesize(STAGE, assembly, await writeConfig(slackPort));
  await fitAssembly(assembly);
  say('deploying');
  const outputs = await deploy(emulator, assembly);
  const variables = await readVariables(config);
  await repairDeployment(config, variables);
  await hurryQueues(config, variables);
  await new SecretsManagerClient(config).send(
    new PutSecretValueCommand({
      SecretId: variable(variables, 'COUNTERSIGN_SLACK_SECRET'),
      SecretString: JSON.stringify(SLACK_SECRET),
    }),
  );
  const service = outputs[`Countersign-${STAGE}-Service`] ?? {};
  const keys = await addPeople(config, variable(service, 'CommandPolicyArn'));
  say('deployed');
  project.provide('aws', {
    endpoint: emulator.endpoint,
    caFile: emulator.caFile,
    pid: emulator.pid,
    slackPort,
    apiUrl: variable(service, 'Url'),
    keys,
    variables,
  });
}

/** Run by Vitest after the journeys. */
export async function teardown(): Promise<void> {
  if (!emulator) return;
  await keepFunctionLogs(rootConfig(emulator), join(CACHE, 'aws-functions.log')).catch((failure: unknown) => {
    // Of use to people only; the tests have spoken.
    process.stderr.write(`The functions' logs could not be kept: ${String(failure)}\n`);
  });
  await emulator.stop();
}

/** The configuration of the stage, with the port the Slack stand-in will listen on. */
async function writeConfig(slackPort: number): Promise<string> {
  const folder = join(CACHE, 'aws-config');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(join(ROOT, 'config', STAGE), join(folder, STAGE), { recursive: true });
  const text = await readFile(join(ROOT, 'config', `${STAGE}.yaml`), 'utf8');
  const placed = text.replace(/http:\/\/127\.0\.0\.1:\d+\//, `http://127.0.0.1:${slackPort}/`);
  await writeFile(join(folder, `${STAGE}.yaml`), placed);
  return folder;
}

/** Users for the people who use the command, with the policy the installation offers for that. */
async function addPeople(config: ClientConfig, policyArn: string): Promise<Record<string, AccessKey>> {
  const account = openIamAccount(config);
  const keys: Record<string, AccessKey> = {};
  for (const name of COMMAND_PEOPLE) {
    const [key] = await account.addUser({ name, path: '/people/', policyArn });
    if (key) keys[name] = key;
  }
  return keys;
}
