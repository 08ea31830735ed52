// What IAM itself has of a user or a role, read with the SDK and past the connector; and other states of the same.
import {
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListRolePoliciesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListUserPoliciesCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
  UpdateServiceSpecificCredentialCommand,
  UpdateSigningCertificateCommand,
  UpdateSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';

type Statuses = Readonly<Record<string, string>>;

/** Every status and every inline policy of a user. Without the moment a session policy names: that differs by design. */
export async function userTruth(iam: IAMClient, UserName: string): Promise<unknown> {
  return { ...(await statusesOf(iam, UserName)), policies: await userPolicies(iam, UserName) };
}

async function statusesOf(iam: IAMClient, UserName: string): Promise<Readonly<Record<string, Statuses>>> {
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
  const { Certificates = [] } = await orNone(iam.send(new ListSigningCertificatesCommand({ UserName })));
  const { SSHPublicKeys = [] } = await orNone(iam.send(new ListSSHPublicKeysCommand({ UserName })));
  const { ServiceSpecificCredentials = [] } = await orNone(
    iam.send(new ListServiceSpecificCredentialsCommand({ UserName })),
  );
  return {
    keys: byId(AccessKeyMetadata.map(({ AccessKeyId, Status }) => [AccessKeyId, Status])),
    certificates: byId(Certificates.map(({ CertificateId, Status }) => [CertificateId, Status])),
    sshKeys: byId(SSHPublicKeys.map(({ SSHPublicKeyId, Status }) => [SSHPublicKeyId, Status])),
    serviceCredentials: byId(
      ServiceSpecificCredentials.map(({ ServiceSpecificCredentialId, Status }) => [
        ServiceSpecificCredentialId,
        Status,
      ]),
    ),
  };
}

/** An emulator need not know every kind of credential: one it cannot list it cannot hold. */
async function orNone<T extends object>(listing: Promise<T>): Promise<Partial<T>> {
  try {
    return await listing;
  } catch (error) {
    if (error instanceof Error && error.name === 'InvalidAction') return {};
    throw error;
  }
}

function byId(pairs: readonly (readonly [string | undefined, string | undefined])[]): Statuses {
  return Object.fromEntries(pairs.map(([id = '', status = '']) => [id, status]));
}

async function userPolicies(iam: IAMClient, UserName: string): Promise<Statuses> {
  const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName }));
  const found: Record<string, string> = {};
  for (const PolicyName of PolicyNames) {
    const { PolicyDocument = '' } = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName }));
    found[PolicyName] = withoutTimes(PolicyDocument);
  }
  return found;
}

/** Every inline policy of a role. */
export async function roleTruth(iam: IAMClient, RoleName: string): Promise<unknown> {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const policies: Record<string, string> = {};
  for (const PolicyName of PolicyNames) {
    const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    policies[PolicyName] = withoutTimes(PolicyDocument);
  }
  return { policies };
}

function withoutTimes(document: string): string {
  return decodeURIComponent(document).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '(a time)');
}

/** Pseudo-random booleans: the same for the same seed. */
export function coins(seed: number): () => boolean {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >= 2 ** 31;
  };
}

const SOME_DENY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }],
});

/** Gives every credential of the user one of its statuses, and a policy under `policyName` or none. */
export async function varyUser(
  iam: IAMClient,
  UserName: string,
  seed: number,
  policyName: string,
): Promise<void> {
  const coin = coins(seed);
  const Status = (): 'Active' | 'Inactive' => (coin() ? 'Active' : 'Inactive');
  const {
    keys = {},
    certificates = {},
    sshKeys = {},
    serviceCredentials = {},
  } = await statusesOf(iam, UserName);
  for (const AccessKeyId of Object.keys(keys)) {
    await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: Status() }));
  }
  for (const CertificateId of Object.keys(certificates)) {
    await iam.send(new UpdateSigningCertificateCommand({ UserName, CertificateId, Status: Status() }));
  }
  for (const SSHPublicKeyId of Object.keys(sshKeys)) {
    await iam.send(new UpdateSSHPublicKeyCommand({ UserName, SSHPublicKeyId, Status: Status() }));
  }
  for (const [ServiceSpecificCredentialId, now] of Object.entries(serviceCredentials)) {
    if (now === 'Expired') continue;
    const change = { UserName, ServiceSpecificCredentialId, Status: Status() };
    await iam.send(new UpdateServiceSpecificCredentialCommand(change));
  }
  const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName }));
  const PolicyName = policyName;
  if (coin()) await iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: SOME_DENY }));
  else if (PolicyNames.includes(PolicyName))
    await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }));
}

/** Gives the role a policy under `PolicyName`, or none. */
export async function varyRole(
  iam: IAMClient,
  RoleName: string,
  seed: number,
  PolicyName: string,
): Promise<void> {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  if (coins(seed)()) {
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: SOME_DENY }));
  } else if (PolicyNames.includes(PolicyName)) {
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  }
}
