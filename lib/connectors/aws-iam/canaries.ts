// Signing in with a key that is off, where somebody entrusted us with its secret: the one way to see it refused.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod';
import { InvalidInputError, UpstreamError } from '../../domain/errors.ts';
import type { ConnectorContext } from '../connector.ts';
import { connectionOf } from './aws-clients.ts';
import type { Sleep } from './call-log.ts';
import type { AwsIamSettings } from './settings.ts';

/** What an attempt came to. `unclear`: it was refused for another reason, or nobody could try. */
export type CanaryOutcome =
  | { readonly outcome: 'refused'; readonly reason: string }
  | { readonly outcome: 'accepted'; readonly reason: string }
  | { readonly outcome: 'unclear'; readonly reason: string };

/** Keys whose secret the settings name. */
export interface Canaries {
  /** Tries the key; undefined when no secret is named for it. */
  attempt(accessKeyId: string): Promise<CanaryOutcome | undefined>;
}

/** A switched-off key is refused everywhere within seconds, sometimes a minute: waits between attempts, in ms. */
const PATIENCE_MS = [1_000, 2_000, 4_000, 8_000];

/** What a secret may be: the secret access key alone, or an object that has it as `aws iam create-access-key` prints it. */
const SecretKey = z.union([
  z.object({ SecretAccessKey: z.string().min(16) }).transform((key) => key.SecretAccessKey),
  z.object({ secretAccessKey: z.string().min(16) }).transform((key) => key.secretAccessKey),
]);

/**
 * Makes it. The attempt is GetCallerIdentity: it needs no right, changes nothing, and no policy can refuse it, so that
 * InvalidClientTokenId says that the key itself was refused.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export function createCanaries(settings: AwsIamSettings, context: ConnectorContext, sleep: Sleep): Canaries {
  return {
    async attempt(accessKeyId) {
      const name = settings.canaries[accessKeyId];
      if (name === undefined) return undefined;
      if (!context.secret) return unclear('secrets cannot be read here');
      const secretAccessKey = await secretIn(context.secret, name);
      if (typeof secretAccessKey !== 'string') return secretAccessKey;
      const sts = new STSClient({
        ...connectionOf(settings),
        credentials: { accessKeyId, secretAccessKey },
      });
      try {
        for (const waitMs of PATIENCE_MS) {
          const outcome = await tryOnce(sts, accessKeyId);
          if (outcome.outcome !== 'accepted') return outcome;
          await sleep(waitMs);
        }
        return await tryOnce(sts, accessKeyId);
      } finally {
        sts.destroy();
      }
    },
  };
}

async function secretIn(
  read: NonNullable<ConnectorContext['secret']>,
  name: string,
): Promise<string | CanaryOutcome> {
  try {
    const text = (await read(name)).trim();
    return text.startsWith('{') ? SecretKey.parse(JSON.parse(text)) : text;
  } catch (error) {
    // Neither the value nor what a parser quotes of it may be told.
    if (error instanceof SyntaxError || error instanceof z.ZodError) {
      return unclear(`the secret ${name} is no secret access key`);
    }
    if (error instanceof InvalidInputError || error instanceof UpstreamError) {
      return unclear(`the secret ${name} could not be read (${error.message})`);
    }
    throw error;
  }
}

async function tryOnce(sts: STSClient, accessKeyId: string): Promise<CanaryOutcome> {
  try {
    await sts.send(new GetCallerIdentityCommand({}));
    return { outcome: 'accepted', reason: `a live call signed with ${accessKeyId} was accepted` };
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    if (/^InvalidClientTokenId(Exception)?$/.test(name)) {
      return {
        outcome: 'refused',
        reason: `a live call signed with ${accessKeyId} was refused: InvalidClientTokenId`,
      };
    }
    return unclear(`a live call signed with ${accessKeyId} was refused for another reason: ${name}`);
  }
}

function unclear(reason: string): CanaryOutcome {
  return { outcome: 'unclear', reason };
}
