// Identities in the emulator's IAM, made the way people make them.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  NoSuchEntityException,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import type { ClientConfig } from './emulated-services.ts';

/** A key somebody signs with. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A user to make. */
export interface NewUser {
  readonly name: string;
  readonly path?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly keys?: number;
  /** Signs in at the console, as a person does. */
  readonly password?: boolean;
  readonly policyArn?: string;
  /** What it may do: actions on everything. */
  readonly may?: readonly string[];
}

/** An account whose identities can be made and tried. */
export interface IamAccount {
  /** Makes a user; gives back its keys. */
  addUser(user: NewUser): Promise<readonly AccessKey[]>;
  addRole(role: { readonly name: string; readonly may: readonly string[] }): Promise<void>;
  deleteUser(name: string): Promise<void>;
  /** Key ids with their status. */
  keysOf(user: string): Promise<Readonly<Record<string, string>>>;
  /** What STS says to whoever signs with the key: `accepted`, or the error's name. */
  trySigning(key: AccessKey): Promise<string>;
}

/** Opens the account. */
export function openIamAccount(config: ClientConfig): IamAccount {
  const iam = new IAMClient(config);
  const keysOf = async (UserName: string) => {
    const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
    return Object.fromEntries(
      AccessKeyMetadata.map(({ AccessKeyId = '', Status = '' }) => [AccessKeyId, Status]),
    );
  };
  return {
    keysOf,
    async addUser(user) {
      const { name: UserName, path: Path = '/', tags = {}, keys = 1, password = false, may = [] } = user;
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      await iam.send(new CreateUserCommand({ UserName, Path, Tags }));
      if (may.length > 0) {
        await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'may', PolicyDocument: allow(may) }));
      }
      const { policyArn: PolicyArn } = user;
      if (PolicyArn !== undefined) await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
      if (password) {
        await iam.send(new CreateLoginProfileCommand({ UserName, Password: 'Correct-horse-battery-1' }));
      }
      const made: AccessKey[] = [];
      for (let key = 0; key < keys; key += 1) {
        // Keys are told apart by the second they were made in.
        if (key > 0) await sleep(1_100);
        const { AccessKey: fresh } = await iam.send(new CreateAccessKeyCommand({ UserName }));
        made.push({ accessKeyId: fresh?.AccessKeyId ?? '', secretAccessKey: fresh?.SecretAccessKey ?? '' });
      }
      return made;
    },
    async addRole({ name: RoleName, may }) {
      const trust = statement({ Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' });
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'may', PolicyDocument: allow(may) }));
    },
    async deleteUser(UserName) {
      for (const AccessKeyId of Object.keys(await keysOf(UserName))) {
        await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
      }
      await iam.send(new DeleteLoginProfileCommand({ UserName })).catch((failure: unknown) => {
        if (!(failure instanceof NoSuchEntityException)) throw failure;
      });
      await iam.send(new DeleteUserCommand({ UserName }));
    },
    async trySigning(credentials) {
      const sts = new STSClient({ ...config, credentials, maxAttempts: 1 });
      try {
        await sts.send(new GetSessionTokenCommand({}));
        return 'accepted';
      } catch (failure) {
        return failure instanceof Error ? failure.name : String(failure);
      } finally {
        sts.destroy();
      }
    },
  };
}

function allow(actions: readonly string[]): string {
  return statement({ Action: actions, Resource: '*' });
}

function statement(parts: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...parts }] });
}
