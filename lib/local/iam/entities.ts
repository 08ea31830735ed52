// The account's entities while the stand-in runs: seeds with every id filled in, mutable.

import type { Instant } from '../../domain/time.ts';
import type { AccountSeed, CredentialState, SeedRole, SeedUser } from './account-seed.ts';
import { deriveAccessKeyId, deriveProviderId } from './derived-ids.ts';

type SeedKey = SeedUser['keys'][number];

/** A long-term access key. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly slot: 1 | 2;
  status: CredentialState;
  readonly createdAt: Instant | undefined;
  lastUse: SeedKey['lastUse'];
}

/** A signing certificate. */
export interface Certificate {
  readonly certificateId: string;
  readonly slot: 1 | 2;
  status: CredentialState;
  readonly uploadedAt: Instant | undefined;
  readonly body: string;
}

/** A password for one AWS service, such as CodeCommit. */
export interface ServiceCredential {
  readonly serviceSpecificCredentialId: string;
  readonly serviceName: string;
  readonly serviceUserName: string | undefined;
  status: CredentialState;
  readonly createdAt: Instant;
  readonly expiresAt: Instant | undefined;
}

/** An SSH public key. */
export interface SshKey {
  readonly sshPublicKeyId: string;
  status: CredentialState;
  readonly uploadedAt: Instant;
}

/** What users, groups and roles have in common. */
export interface PolicyBearer {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly path: string;
  readonly createdAt: Instant;
  /** Name → exact JSON text. */
  readonly inlinePolicies: Map<string, string>;
  attachedPolicies: { readonly policyName: string; readonly policyArn: string }[];
  readonly permissionsBoundaryArn: string | undefined;
}

/** An IAM user. */
export interface User extends PolicyBearer {
  readonly seed: SeedUser;
  keys: AccessKey[];
  readonly certificates: Certificate[];
  readonly serviceCredentials: ServiceCredential[];
  readonly sshKeys: SshKey[];
  tags: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
}

/** An IAM group. */
export type Group = PolicyBearer;

/** An IAM role. */
export interface Role extends PolicyBearer {
  readonly seed: SeedRole;
  trust: string;
  tags: Readonly<Record<string, string>>;
  lastUsed: SeedRole['lastUsed'];
}

/** The root account, where the report has it. */
export interface Root {
  readonly arn: string;
  readonly seed: NonNullable<AccountSeed['root']>;
  keys: AccessKey[];
  readonly certificates: Certificate[];
}

/** Fills in the ids of access keys: those given, else derived from (owner, slot). */
export function accessKeys(keys: readonly SeedKey[], ownerArn: string): AccessKey[] {
  return keys.map((key, index) => {
    const slot = key.slot ?? (index === 0 ? 1 : 2);
    return {
      accessKeyId: key.accessKeyId ?? deriveAccessKeyId(ownerArn, slot),
      slot,
      status: key.status,
      createdAt: key.createdAt,
      lastUse: key.lastUse,
    };
  });
}

function certificates(seeds: SeedUser['certificates'], ownerArn: string): Certificate[] {
  return seeds.map((seed, index) => {
    const slot = seed.slot ?? (index === 0 ? 1 : 2);
    return {
      certificateId: seed.certificateId ?? deriveProviderId('', `certificate ${ownerArn}`, String(slot)),
      slot,
      status: seed.status,
      uploadedAt: seed.uploadedAt,
      body: seed.body,
    };
  });
}

/** A user out of its seed. */
export function userOf(seed: SeedUser, accountId: string): User {
  const arn = seed.arn ?? `arn:aws:iam::${accountId}:user${seed.path}${seed.userName}`;
  return {
    seed,
    ...bearer(seed, seed.userName, arn, seed.userId ?? deriveProviderId('AIDA', arn)),
    keys: accessKeys(seed.keys, arn),
    certificates: certificates(seed.certificates, arn),
    serviceCredentials: seed.serviceCredentials.map((credential, index) => ({
      serviceSpecificCredentialId:
        credential.serviceSpecificCredentialId ?? deriveProviderId('ACCA', arn, String(index)),
      serviceName: credential.serviceName,
      serviceUserName: credential.serviceUserName,
      status: credential.status,
      createdAt: credential.createdAt,
      expiresAt: credential.expiresAt,
    })),
    sshKeys: seed.sshKeys.map((key, index) => ({
      sshPublicKeyId: key.sshPublicKeyId ?? deriveProviderId('APKA', arn, String(index)),
      status: key.status,
      uploadedAt: key.uploadedAt,
    })),
    tags: seed.tags,
    groups: seed.groups,
  };
}

/** A role out of its seed. */
export function roleOf(seed: SeedRole, accountId: string): Role {
  const arn = seed.arn ?? `arn:aws:iam::${accountId}:role${seed.path}${seed.roleName}`;
  return {
    seed,
    ...bearer(seed, seed.roleName, arn, seed.roleId ?? deriveProviderId('AROA', arn)),
    trust: seed.trust,
    tags: seed.tags,
    lastUsed: seed.lastUsed,
  };
}

/** A group out of its seed. */
export function groupOf(seed: AccountSeed['groups'][number], accountId: string): Group {
  const arn = seed.arn ?? `arn:aws:iam::${accountId}:group${seed.path}${seed.groupName}`;
  return bearer(seed, seed.groupName, arn, seed.groupId ?? deriveProviderId('AGPA', arn));
}

/** The root account out of its seed. */
export function rootOf(seed: NonNullable<AccountSeed['root']>, accountId: string): Root {
  const arn = `arn:aws:iam::${accountId}:root`;
  return {
    arn,
    seed,
    keys: accessKeys(seed.keys, arn),
    certificates: certificates(seed.certificates, arn),
  };
}

interface BearerSeed {
  readonly path: string;
  readonly createdAt: Instant;
  readonly inlinePolicies: Readonly<Record<string, string>>;
  readonly attachedPolicies: readonly { readonly policyName: string; readonly policyArn: string }[];
  readonly permissionsBoundaryArn?: string | undefined;
}

function bearer(seed: BearerSeed, name: string, arn: string, id: string): PolicyBearer {
  return {
    name,
    arn,
    id,
    path: seed.path,
    createdAt: seed.createdAt,
    inlinePolicies: new Map(Object.entries(seed.inlinePolicies)),
    attachedPolicies: [...seed.attachedPolicies],
    permissionsBoundaryArn: seed.permissionsBoundaryArn,
  };
}
