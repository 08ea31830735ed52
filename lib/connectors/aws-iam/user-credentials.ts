// A user's credentials, live: listed, switched, looked up. Called for candidates of removal only.
import {
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetLoginProfileCommand,
  ListAccessKeysCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  UpdateAccessKeyCommand,
  UpdateServiceSpecificCredentialCommand,
  UpdateSigningCertificateCommand,
  UpdateSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { UpstreamError } from '../../domain/errors.ts';
import type { LastUse } from '../../domain/identity/credential.ts';
import { instantOf } from '../../domain/time.ts';
import type { AwsClients } from './aws-clients.ts';
import { neverUsed } from './last-use.ts';
import { ListedCredential, type SwitchableType } from './target-state.ts';
import { parseAnswer, toUpstream } from './upstream.ts';

/** The live side of user credentials. Methods throw UpstreamError. */
export interface UserCredentials {
  /** @throws UpstreamError NOT_FOUND when the user does not exist. */
  list(user: string, type: SwitchableType): Promise<ListedCredential[]>;
  /** Sets a status; answers the request id. */
  setStatus(user: string, credential: ListedCredential, status: 'Active' | 'Inactive'): Promise<string>;
  deleteAccessKey(user: string, accessKeyId: string): Promise<string>;
  lastUseOf(key: ListedCredential): Promise<LastUse>;
  /** Whether the user has a console password. */
  hasPassword(user: string): Promise<boolean>;
}

/** Makes it over an IAM client. */
export function createUserCredentials({ iam }: AwsClients): UserCredentials {
  return {
    list: (user, type) => listOfType(iam, user, type),
    setStatus: (user, credential, status) => setStatus(iam, user, credential, status),
    async deleteAccessKey(user, accessKeyId) {
      const command = new DeleteAccessKeyCommand({ UserName: user, AccessKeyId: accessKeyId });
      return requestIdOf(await attempt('DeleteAccessKey', () => iam.send(command)));
    },
    lastUseOf: (key) => lastUseOf(iam, key),
    async hasPassword(user) {
      try {
        await attempt('GetLoginProfile', () => iam.send(new GetLoginProfileCommand({ UserName: user })));
        return true;
      } catch (error) {
        if (error instanceof UpstreamError && error.code === 'NOT_FOUND') return false;
        throw error;
      }
    },
  };
}

/** Makes a request, with AWS's failure in our words. @throws UpstreamError */
export async function attempt<T>(action: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw toUpstream(error, action);
  }
}

/** The provider's id of a request, for the evidence. */
export function requestIdOf(answer: {
  readonly $metadata: { readonly requestId?: string | undefined };
}): string {
  return `aws-request ${answer.$metadata.requestId ?? 'without id'}`;
}

type Iam = AwsClients['iam'];

interface RawListed {
  readonly id: string | undefined;
  readonly status: string | undefined;
  readonly at: Date | undefined;
}

async function listOfType(iam: Iam, user: string, type: SwitchableType): Promise<ListedCredential[]> {
  const lister = LISTERS[type];
  const found: ListedCredential[] = [];
  let marker: string | undefined;
  do {
    const page = await lister(iam, user, marker);
    found.push(...page.items.map((raw) => listed(type, raw)));
    marker = page.marker;
  } while (marker !== undefined);
  return found;
}

function listed(type: SwitchableType, { id, status, at }: RawListed): ListedCredential {
  const createdAt = at ? instantOf(at.getTime()) : null;
  return parseAnswer(ListedCredential, { type, id, status, createdAt }, `listing ${type}`);
}

type Lister = (
  iam: Iam,
  UserName: string,
  marker: string | undefined,
) => Promise<{ readonly items: readonly RawListed[]; readonly marker: string | undefined }>;

const LISTERS: Readonly<Record<SwitchableType, Lister>> = {
  async 'access-key'(iam, UserName, Marker) {
    const command = new ListAccessKeysCommand({ UserName, ...(Marker && { Marker }) });
    const answer = await attempt('ListAccessKeys', () => iam.send(command));
    const items = (answer.AccessKeyMetadata ?? []).map((key) => ({
      id: key.AccessKeyId,
      status: key.Status,
      at: key.CreateDate,
    }));
    return { items, marker: answer.IsTruncated === true ? answer.Marker : undefined };
  },
  async 'signing-certificate'(iam, UserName, Marker) {
    const command = new ListSigningCertificatesCommand({ UserName, ...(Marker && { Marker }) });
    const answer = await attempt('ListSigningCertificates', () => iam.send(command));
    const items = (answer.Certificates ?? []).map((certificate) => ({
      id: certificate.CertificateId,
      status: certificate.Status,
      at: certificate.UploadDate,
    }));
    return { items, marker: answer.IsTruncated === true ? answer.Marker : undefined };
  },
  async 'service-specific-credential'(iam, UserName, Marker) {
    const command = new ListServiceSpecificCredentialsCommand({ UserName, ...(Marker && { Marker }) });
    const answer = await attempt('ListServiceSpecificCredentials', () => iam.send(command));
    const items = (answer.ServiceSpecificCredentials ?? []).map((credential) => ({
      id: credential.ServiceSpecificCredentialId,
      status: credential.Status,
      at: credential.CreateDate,
    }));
    return { items, marker: answer.IsTruncated === true ? answer.Marker : undefined };
  },
  async 'ssh-public-key'(iam, UserName, Marker) {
    const command = new ListSSHPublicKeysCommand({ UserName, ...(Marker && { Marker }) });
    const answer = await attempt('ListSSHPublicKeys', () => iam.send(command));
    const items = (answer.SSHPublicKeys ?? []).map((key) => ({
      id: key.SSHPublicKeyId,
      status: key.Status,
      at: key.UploadDate,
    }));
    return { items, marker: answer.IsTruncated === true ? answer.Marker : undefined };
  },
};

async function setStatus(
  iam: Iam,
  UserName: string,
  { type, id }: ListedCredential,
  Status: 'Active' | 'Inactive',
): Promise<string> {
  switch (type) {
    case 'access-key': {
      const command = new UpdateAccessKeyCommand({ UserName, AccessKeyId: id, Status });
      return requestIdOf(await attempt('UpdateAccessKey', () => iam.send(command)));
    }
    case 'signing-certificate': {
      const command = new UpdateSigningCertificateCommand({ UserName, CertificateId: id, Status });
      return requestIdOf(await attempt('UpdateSigningCertificate', () => iam.send(command)));
    }
    case 'service-specific-credential': {
      const command = new UpdateServiceSpecificCredentialCommand({
        UserName,
        ServiceSpecificCredentialId: id,
        Status,
      });
      return requestIdOf(await attempt('UpdateServiceSpecificCredential', () => iam.send(command)));
    }
    case 'ssh-public-key': {
      const command = new UpdateSSHPublicKeyCommand({ UserName, SSHPublicKeyId: id, Status });
      return requestIdOf(await attempt('UpdateSSHPublicKey', () => iam.send(command)));
    }
  }
}

async function lastUseOf(iam: Iam, { id, createdAt }: ListedCredential): Promise<LastUse> {
  const source = 'IAM GetAccessKeyLastUsed';
  const { AccessKeyLastUsed: used } = await attempt('GetAccessKeyLastUsed', () =>
    iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id })),
  );
  if (!used?.LastUsedDate) return neverUsed(createdAt ?? undefined, source);
  return {
    state: 'used',
    at: instantOf(used.LastUsedDate.getTime()),
    ...named('service', used.ServiceName),
    ...named('region', used.Region),
    source,
  };
}

function named<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined || value === 'N/A' ? {} : ({ [key]: value } as Record<K, string>);
}
