// Secrets from Secrets Manager, kept for minutes: a rotated secret is picked up without a deployment.
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod';
import { InvalidInputError, UpstreamError } from '../../domain/errors.ts';
import { MINUTE_MS } from '../../domain/time.ts';
import { callAws } from '../aws/call-aws.ts';
import { whatIsWrong } from './secret-problems.ts';

/** How long a value serves before it is read again, in ms. */
const TTL_MS = 5 * MINUTE_MS;

/** Reads secrets by ARN. What is wrong with one is said without its value. */
export interface SecretReader {
  /**
   * A secret that is plain text.
   * @throws InvalidInputError `BAD_SETTING` when it is missing, denied, not filled in or not what the schema wants;
   * UpstreamError
   */
  text(secretArn: string, schema: z.ZodType<string>): Promise<string>;
  /** A secret that is JSON, otherwise as `text`. The schema's messages are shown to whoever fills it in. */
  json<T>(secretArn: string, schema: z.ZodType<T>): Promise<T>;
}

interface Kept {
  readonly value: string;
  readonly readAtMs: number;
}

/** Makes a reader with a memory of its own. */
export function createSecretReader(parts: {
  readonly client: SecretsManagerClient;
  /** Real time, in ms since the epoch. */
  readonly wallClock: () => number;
  readonly ttlMs?: number;
}): SecretReader {
  const { client, wallClock, ttlMs = TTL_MS } = parts;
  const kept = new Map<string, Kept>();
  const reading = new Map<string, Promise<string>>();

  const readAnew = async (arn: string): Promise<string> => {
    try {
      const value = await readValue(client, arn);
      kept.set(arn, { value, readAtMs: wallClock() });
      return value;
    } catch (error) {
      // While Secrets Manager is out of reach, what it said last serves on.
      const last = kept.get(arn);
      if (last && error instanceof UpstreamError && error.retryable) return last.value;
      throw error;
    } finally {
      reading.delete(arn);
    }
  };
  const valueOf = (arn: string): Promise<string> => {
    const last = kept.get(arn);
    if (last && wallClock() - last.readAtMs < ttlMs) return Promise.resolve(last.value);
    const started = reading.get(arn) ?? readAnew(arn);
    reading.set(arn, started);
    return started;
  };
  return {
    text: async (arn, schema) => check(arn, schema, await valueOf(arn)),
    json: async (arn, schema) => check(arn, schema, parseJson(arn, await valueOf(arn))),
  };
}

async function readValue(client: SecretsManagerClient, arn: string): Promise<string> {
  try {
    const { SecretString } = await callAws('secretsmanager', `read ${arn}`, () =>
      client.send(new GetSecretValueCommand({ SecretId: arn })),
    );
    if (SecretString === undefined) throw badSecret(arn, 'holds bytes, but must hold text');
    return SecretString;
  } catch (error) {
    const why = error instanceof UpstreamError ? refusalOf(error) : undefined;
    throw why === undefined ? error : badSecret(arn, why, error);
  }
}

/** Why Secrets Manager will go on refusing. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
function refusalOf({ cause, code }: UpstreamError): string | undefined {
  const { name = '', message = '' } = cause instanceof Error ? cause : {};
  if (name === 'ResourceNotFoundException')
    return /staging label/.test(message) ? 'has no value yet: put one in' : 'does not exist';
  if (name === 'InvalidRequestException') return 'is being deleted: restore it, or put in a new one';
  if (name === 'AccessDeniedException' || code === 'DENIED')
    return 'may not be read by this role: it needs secretsmanager:GetSecretValue, and kms:Decrypt with its key';
  return undefined;
}

function parseJson(arn: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    throw badSecret(arn, 'is not JSON');
  }
}

function check<T>(arn: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  const wrong = whatIsWrong(value, parsed.error?.issues ?? []);
  if (parsed.success && wrong === undefined) return parsed.data;
  throw badSecret(arn, wrong ?? 'is not right');
}

function badSecret(arn: string, what: string, cause?: unknown): InvalidInputError {
  return new InvalidInputError({ code: 'BAD_SETTING', message: `Secret ${arn} ${what}.`, cause });
}
