// As whom a connector calls AWS, and the check that this is the account of its target.
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { RemovalTarget } from '../../application/ports/connector.ts';
import { RefusedError, UpstreamError } from '../../domain/errors.ts';
import type { ConnectionSettings } from './settings.ts';
import { toUpstream } from './upstream.ts';

/** Credentials to sign with. */
export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Who is calling. */
export interface Caller {
  readonly account: string;
  readonly arn: string;
}

/** A connection to one account. Nothing is called before a method is used. */
export interface AwsSession {
  /** What clients of the SDK are made with, for a Region. */
  clientConfig(region: string): ReturnType<typeof configFor>;
  /** Credentials to sign with, fresh ones when they are about to expire. @throws UpstreamError */
  credentials(): Promise<SigningCredentials>;
  /** Asked once and remembered. @throws UpstreamError; RefusedError CONFLICT when it is not the account of the settings */
  caller(): Promise<Caller>;
  /** @throws UpstreamError; RefusedError CONFLICT when the target is in another account than these credentials */
  sameAccount(target: RemovalTarget): Promise<void>;
}

/** Opens the session. `provider` is the connector's id, named in failures. */
export function openSession(provider: string, settings: ConnectionSettings): AwsSession {
  const [home = 'us-east-1'] = settings.regions;
  const own = new STSClient(configFor(settings, home, undefined));
  const sts = settings.assumeRole
    ? new STSClient(configFor(settings, home, assumedBy(provider, own, settings.assumeRole)))
    : own;
  // Every client asks this one, which remembers them until they are about to expire.
  const assumed = settings.assumeRole && (() => sts.config.credentials());
  let asked: Promise<Caller> | undefined;
  const caller = async (): Promise<Caller> => {
    asked ??= askCaller(provider, sts);
    try {
      return ofAccount(await asked, settings.account);
    } catch (error) {
      asked = undefined;
      throw error;
    }
  };
  return {
    clientConfig: (region) => configFor(settings, region, assumed),
    async credentials() {
      try {
        return await sts.config.credentials();
      } catch (error) {
        throw toUpstream(error, provider, 'looking for credentials');
      }
    },
    caller,
    async sameAccount({ identityId, reviewed }) {
      const { account } = await caller();
      if (account === reviewed.scope) return;
      const message = `${identityId} is in account ${reviewed.scope}, these credentials are for ${account}`;
      throw new RefusedError({ code: 'CONFLICT', message });
    },
  };
}

type Provider = () => Promise<{
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}>;

function configFor(settings: ConnectionSettings, region: string, assumed: Provider | undefined) {
  const { attemptsPerRequest, emulatorKeys, endpoint, requestTimeoutMs } = settings;
  const { sessionToken, ...keys } = emulatorKeys ?? {};
  const emulator = emulatorKeys && {
    accessKeyId: '',
    secretAccessKey: '',
    ...keys,
    ...(sessionToken !== undefined && { sessionToken }),
  };
  const credentials = assumed ?? emulator;
  return {
    region,
    maxAttempts: attemptsPerRequest,
    retryMode: 'standard',
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: requestTimeoutMs,
      // By itself the SDK only warns, and waits on.
      throwOnRequestTimeout: true,
    },
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials && { credentials }),
  };
}

/** Credentials of the assumed role; the SDK asks again when they are about to expire. */
function assumedBy(
  provider: string,
  sts: STSClient,
  { roleArn, externalId }: NonNullable<ConnectionSettings['assumeRole']>,
): Provider {
  return async () => {
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: 'countersign',
        ...(externalId !== undefined && { ExternalId: externalId }),
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) {
      const message = `AssumeRole ${roleArn}: no credentials in the answer`;
      throw new UpstreamError({ provider, code: 'REJECTED', retryable: false, message });
    }
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      ...(Expiration && { expiration: Expiration }),
    };
  };
}

async function askCaller(provider: string, sts: STSClient): Promise<Caller> {
  try {
    const { Account: account, Arn: arn } = await sts.send(new GetCallerIdentityCommand({}));
    if (account !== undefined && arn !== undefined) return { account, arn };
  } catch (error) {
    throw toUpstream(error, provider, 'GetCallerIdentity');
  }
  const message = 'GetCallerIdentity: no account in the answer';
  throw new UpstreamError({ provider, code: 'REJECTED', retryable: false, message });
}

function ofAccount(caller: Caller, wanted: string | undefined): Caller {
  if (wanted === undefined || caller.account === wanted) return caller;
  throw new RefusedError({
    code: 'CONFLICT',
    message: `these credentials belong to account ${caller.account}, the settings name ${wanted}`,
  });
}
