// One inline policy of a user or a role, by a fixed name, so that a second run finds it.
import {
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { UpstreamError } from '../../domain/errors.ts';
import type { AwsClients } from './aws-clients.ts';
import { attempt, requestIdOf } from './user-credentials.ts';

/** The policy of that name on any user, or any role. Methods throw UpstreamError. */
export interface InlinePolicy {
  /** The document; null when there is none (or no such user or role). */
  read(holder: string): Promise<string | null>;
  /** Writes it; answers the request id. */
  put(holder: string, document: string): Promise<string>;
  /** Writes the prior document back, or takes the policy off. Off already is as good. */
  putBack(holder: string, prior: string | null): Promise<string>;
}

/** The policy on users. */
export function inlineUserPolicy({ iam }: AwsClients, PolicyName: string): InlinePolicy {
  return inlinePolicy({
    async get(UserName) {
      const command = new GetUserPolicyCommand({ UserName, PolicyName });
      return (await attempt('GetUserPolicy', () => iam.send(command))).PolicyDocument;
    },
    async put(UserName, PolicyDocument) {
      const command = new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument });
      return requestIdOf(await attempt('PutUserPolicy', () => iam.send(command)));
    },
    async takeOff(UserName) {
      const command = new DeleteUserPolicyCommand({ UserName, PolicyName });
      return requestIdOf(await attempt('DeleteUserPolicy', () => iam.send(command)));
    },
  });
}

/** The policy on roles. */
export function inlineRolePolicy({ iam }: AwsClients, PolicyName: string): InlinePolicy {
  return inlinePolicy({
    async get(RoleName) {
      const command = new GetRolePolicyCommand({ RoleName, PolicyName });
      return (await attempt('GetRolePolicy', () => iam.send(command))).PolicyDocument;
    },
    async put(RoleName, PolicyDocument) {
      const command = new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument });
      return requestIdOf(await attempt('PutRolePolicy', () => iam.send(command)));
    },
    async takeOff(RoleName) {
      const command = new DeleteRolePolicyCommand({ RoleName, PolicyName });
      return requestIdOf(await attempt('DeleteRolePolicy', () => iam.send(command)));
    },
  });
}

interface Requests {
  get(holder: string): Promise<string | undefined>;
  put(holder: string, document: string): Promise<string>;
  takeOff(holder: string): Promise<string>;
}

function inlinePolicy({ get, put, takeOff }: Requests): InlinePolicy {
  return {
    put,
    async read(holder) {
      const document = await unlessAbsent(() => get(holder));
      return document === undefined ? null : plainText(document);
    },
    async putBack(holder, prior) {
      if (prior !== null) return put(holder, prior);
      return (await unlessAbsent(() => takeOff(holder))) ?? 'taken off already';
    },
  };
}

async function unlessAbsent<T>(request: () => Promise<T>): Promise<T | undefined> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof UpstreamError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

/** IAM answers URL-encoded JSON (RFC 3986). */
function plainText(document: string): string {
  return document.trimStart().startsWith('{') ? document : decodeURIComponent(document);
}
