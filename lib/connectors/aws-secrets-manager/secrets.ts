// The live side of a secret: described, its policy read and written, its deletion scheduled and taken back. Never its value.
import {
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  ListSecretsCommand,
  PutResourcePolicyCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { UpstreamError } from '../../domain/errors.ts';
import type { AwsSession } from '../aws/session.ts';
import { attempt, parseAnswer, requestIdOf } from '../aws/upstream.ts';
import { manifest } from './manifest.ts';
import { ListAnswer, SecretDescription, SecretEntry } from './schema.ts';

/** Longest window AWS gives for taking a deletion back, in days. */
export const RECOVERY_DAYS = 30;

/** A page of secrets. */
export interface SecretPage {
  readonly secrets: readonly SecretEntry[];
  /** Entries that were no secrets as AWS describes them, each with its fault. */
  readonly faults: readonly string[];
  readonly next: string | undefined;
}

/** What is done to secrets. Methods throw UpstreamError. */
export interface Secrets {
  list(region: string, after: string | undefined): Promise<SecretPage>;
  /** Undefined when there is no such secret. */
  describe(region: string, arn: string): Promise<SecretDescription | undefined>;
  /** Null when it has none. */
  readPolicy(region: string, arn: string): Promise<string | null>;
  /** Sets it, or takes it away with null; answers the request id. */
  writePolicy(region: string, arn: string, policy: string | null): Promise<string>;
  scheduleDeletion(
    region: string,
    arn: string,
  ): Promise<{ readonly request: string; readonly at: Date | undefined }>;
  takeDeletionBack(region: string, arn: string): Promise<string>;
}

const PROVIDER = manifest.id;

/** Makes it over SDK clients, one for each Region asked for. */
export function createSecrets(session: AwsSession): Secrets {
  const clients = new Map<string, SecretsManagerClient>();
  const clientOf = (region: string): SecretsManagerClient => {
    const found = clients.get(region) ?? new SecretsManagerClient(session.clientConfig(region));
    clients.set(region, found);
    return found;
  };
  const send = <T>(
    action: string,
    region: string,
    request: (client: SecretsManagerClient) => Promise<T>,
  ): Promise<T> => attempt(PROVIDER, `${action} in ${region}`, () => request(clientOf(region)));
  return {
    async list(region, NextToken) {
      const command = new ListSecretsCommand({
        MaxResults: 100,
        IncludePlannedDeletion: true,
        ...(NextToken !== undefined && { NextToken }),
      });
      const answer = await send('ListSecrets', region, (client) => client.send(command));
      return pageOf(parseAnswer(ListAnswer, answer, PROVIDER, 'ListSecrets'));
    },
    async describe(region, SecretId) {
      try {
        const command = new DescribeSecretCommand({ SecretId });
        const answer = await send('DescribeSecret', region, (client) => client.send(command));
        return parseAnswer(SecretDescription, answer, PROVIDER, 'DescribeSecret');
      } catch (error) {
        if (error instanceof UpstreamError && error.code === 'NOT_FOUND') return undefined;
        throw error;
      }
    },
    async readPolicy(region, SecretId) {
      const command = new GetResourcePolicyCommand({ SecretId });
      const answer = await send('GetResourcePolicy', region, (client) => client.send(command));
      return answer.ResourcePolicy ?? null;
    },
    writePolicy: (region, SecretId, policy) =>
      policy === null
        ? send('DeleteResourcePolicy', region, async (client) =>
            requestIdOf(await client.send(new DeleteResourcePolicyCommand({ SecretId }))),
          )
        : send('PutResourcePolicy', region, async (client) =>
            requestIdOf(
              await client.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: policy })),
            ),
          ),
    async scheduleDeletion(region, SecretId) {
      const command = new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: RECOVERY_DAYS });
      const answer = await send('DeleteSecret', region, (client) => client.send(command));
      return { request: requestIdOf(answer), at: answer.DeletionDate };
    },
    takeDeletionBack: (region, SecretId) =>
      send('RestoreSecret', region, async (client) =>
        requestIdOf(await client.send(new RestoreSecretCommand({ SecretId }))),
      ),
  };
}

function pageOf({ NextToken, SecretList }: ListAnswer): SecretPage {
  const secrets: SecretEntry[] = [];
  const faults: string[] = [];
  for (const entry of SecretList ?? []) {
    const parsed = SecretEntry.safeParse(entry);
    if (parsed.success) secrets.push(parsed.data);
    else faults.push(`${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`);
  }
  return { secrets, faults, next: NextToken ?? undefined };
}
