// IAM and STS clients as the settings ask for.
import { IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { UpstreamError } from '../../domain/errors.ts';
import type { AwsIamSettings } from './settings.ts';

/** The two clients the connector works with. */
export interface AwsClients {
  readonly iam: IAMClient;
  readonly sts: STSClient;
}

/** Where clients call, and how patiently; without credentials. */
export function connectionOf({ region, attemptsPerRequest, endpoint }: AwsIamSettings) {
  return {
    region,
    maxAttempts: attemptsPerRequest,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 60_000 },
    ...(endpoint !== undefined && { endpoint }),
  };
}

/** Makes the clients; nothing is called before the first request. */
export function createAwsClients(settings: AwsIamSettings): AwsClients {
  const base = {
    ...connectionOf(settings),
    ...(settings.emulatorKeys && { credentials: emulatorCredentials(settings.emulatorKeys) }),
  };
  const { assumeRole } = settings;
  if (!assumeRole) return { iam: new IAMClient(base), sts: new STSClient(base) };
  const credentials = assumedBy(new STSClient(base), assumeRole);
  return { iam: new IAMClient({ ...base, credentials }), sts: new STSClient({ ...base, credentials }) };
}

function emulatorCredentials({ sessionToken, ...keys }: NonNullable<AwsIamSettings['emulatorKeys']>) {
  return { ...keys, ...(sessionToken !== undefined && { sessionToken }) };
}

/** Credentials of the assumed role; the SDK asks again when they are about to expire. */
function assumedBy(
  sts: STSClient,
  { roleArn, externalId, sessionName }: NonNullable<AwsIamSettings['assumeRole']>,
) {
  return async () => {
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        ...(externalId !== undefined && { ExternalId: externalId }),
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) {
      const message = `AssumeRole ${roleArn}: no credentials in the answer`;
      throw new UpstreamError({ provider: 'aws-iam', code: 'REJECTED', retryable: false, message });
    }
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      ...(Expiration && { expiration: Expiration }),
    };
  };
}
