// The stand-in's account: what exists now, found by the names and ids the API uses.
import { RefusedError } from '../../domain/errors.ts';
import { AccountChange, type PolicyHolder } from './account-change.ts';
import type { AccountSeed } from './account-seed.ts';
import {
  type AccessKey,
  accessKeys,
  type Group,
  groupOf,
  type PolicyBearer,
  type Role,
  type Root,
  roleOf,
  rootOf,
  type User,
  userOf,
} from './entities.ts';
import { openJournal } from './journal.ts';

/** A key and who holds it; root holds keys too. */
export interface KeyHolding {
  readonly key: AccessKey;
  readonly holder: User | Root;
}

/** The account while the stand-in runs. Names are looked up as IAM does: exactly, users by name. */
export interface Account {
  readonly seed: AccountSeed;
  readonly root: Root | undefined;
  users(): User[];
  groups(): Group[];
  roles(): Role[];
  user(name: string): User | undefined;
  role(name: string): Role | undefined;
  group(name: string): Group | undefined;
  keyHolding(accessKeyId: string): KeyHolding | undefined;
  /** True for every key id that exists or ever existed here. */
  wasIssued(accessKeyId: string): boolean;
  /** Applies the change and writes it down. @throws RefusedError NOT_FOUND when what it changes does not exist. */
  commit(change: AccountChange): void;
}

interface State {
  readonly seed: AccountSeed;
  readonly root: Root | undefined;
  readonly users: Map<string, User>;
  readonly groups: Map<string, Group>;
  readonly roles: Map<string, Role>;
  readonly keys: Map<string, KeyHolding>;
  readonly deletedKeyIds: Set<string>;
}

/** Opens the account: the seed, then the changes earlier runs wrote to `dataFile`. */
export function openAccount(seed: AccountSeed, dataFile?: string): Account {
  const { accountId } = seed;
  const state: State = {
    seed,
    root: seed.root ? rootOf(seed.root, accountId) : undefined,
    users: new Map(seed.users.map((user) => [user.userName, userOf(user, accountId)])),
    groups: new Map(seed.groups.map((group) => [group.groupName, groupOf(group, accountId)])),
    roles: new Map(seed.roles.map((role) => [role.roleName, roleOf(role, accountId)])),
    keys: new Map(),
    deletedKeyIds: new Set(),
  };
  for (const holder of [...(state.root ? [state.root] : []), ...state.users.values()]) {
    for (const key of holder.keys) state.keys.set(key.accessKeyId, { key, holder });
  }
  const journal = openJournal(dataFile, AccountChange);
  for (const change of journal.earlier) apply(state, change);
  return {
    seed,
    root: state.root,
    users: () => [...state.users.values()],
    groups: () => [...state.groups.values()],
    roles: () => [...state.roles.values()],
    user: (name) => state.users.get(name),
    role: (name) => state.roles.get(name),
    group: (name) => state.groups.get(name),
    keyHolding: (accessKeyId) => state.keys.get(accessKeyId),
    wasIssued: (accessKeyId) => state.keys.has(accessKeyId) || state.deletedKeyIds.has(accessKeyId),
    commit(change) {
      apply(state, change);
      journal.append(change);
    },
  };
}

function apply(state: State, change: AccountChange): void {
  if ('on' in change) {
    if (change.kind === 'tags-set') taggable(state, change).tags = change.tags;
    else changePolicy(bearerOf(state, change.on, change.name), change);
    return;
  }
  switch (change.kind) {
    case 'user-created':
    case 'user-deleted':
    case 'role-created':
      changeExistence(state, change);
      return;
    case 'access-key-created':
    case 'access-key-deleted':
    case 'access-key-status':
    case 'access-key-used':
      changeKey(state, change);
      return;
    case 'credential-status':
      changeCredential(state, change);
      return;
    case 'role-used':
    case 'trust-changed':
      changeRole(found(state.roles.get(change.roleName), change.roleName), change);
  }
}

type ChangeOf<Kind extends AccountChange['kind']> = Extract<AccountChange, { kind: Kind }>;

function changeRole(role: Role, change: ChangeOf<'role-used' | 'trust-changed'>): void {
  if (change.kind === 'trust-changed') role.trust = change.document;
  else role.lastUsed = { at: change.at, region: change.region };
}

function taggable(state: State, { on, name }: ChangeOf<'tags-set'>): User | Role {
  return found<User | Role>((on === 'user' ? state.users : state.roles).get(name), name);
}

function changeExistence(
  state: State,
  change: ChangeOf<'user-created' | 'user-deleted' | 'role-created'>,
): void {
  if (change.kind === 'role-created') {
    state.roles.set(change.role.roleName, roleOf(change.role, state.seed.accountId));
    return;
  }
  if (change.kind === 'user-created') {
    const user = userOf(change.user, state.seed.accountId);
    state.users.set(user.name, user);
    for (const key of user.keys) state.keys.set(key.accessKeyId, { key, holder: user });
    return;
  }
  const user = found(state.users.get(change.userName), change.userName);
  for (const key of user.keys) forgetKey(state, key.accessKeyId);
  state.users.delete(change.userName);
}

function forgetKey(state: State, accessKeyId: string): void {
  state.keys.delete(accessKeyId);
  state.deletedKeyIds.add(accessKeyId);
}

function changeKey(
  state: State,
  change: ChangeOf<'access-key-created' | 'access-key-deleted' | 'access-key-status' | 'access-key-used'>,
): void {
  if (change.kind === 'access-key-created') {
    const holder = found(state.users.get(change.userName), change.userName);
    for (const key of accessKeys([change.key], holder.arn)) {
      holder.keys = [...holder.keys, key].sort((left, right) => left.slot - right.slot);
      state.keys.set(key.accessKeyId, { key, holder });
    }
    return;
  }
  const { key, holder } = found(state.keys.get(change.accessKeyId), change.accessKeyId);
  if (change.kind === 'access-key-status') key.status = change.status;
  else if (change.kind === 'access-key-used') {
    key.lastUse = { state: 'used', at: change.at, region: change.region, service: change.service };
  } else {
    holder.keys = holder.keys.filter((kept) => kept !== key);
    forgetKey(state, change.accessKeyId);
  }
}

function changeCredential(state: State, change: ChangeOf<'credential-status'>): void {
  for (const user of state.users.values()) {
    const credential = {
      'service-specific': user.serviceCredentials.find(
        (candidate) => candidate.serviceSpecificCredentialId === change.credentialId,
      ),
      ssh: user.sshKeys.find((candidate) => candidate.sshPublicKeyId === change.credentialId),
      certificate: user.certificates.find((candidate) => candidate.certificateId === change.credentialId),
    }[change.type];
    if (credential) {
      credential.status = change.status;
      return;
    }
  }
  found(undefined, change.credentialId);
}

function changePolicy(
  bearer: PolicyBearer,
  change: ChangeOf<'inline-policy-put' | 'inline-policy-deleted' | 'policy-attached' | 'policy-detached'>,
): void {
  switch (change.kind) {
    case 'inline-policy-put':
      bearer.inlinePolicies.set(change.policyName, change.document);
      return;
    case 'inline-policy-deleted':
      bearer.inlinePolicies.delete(change.policyName);
      return;
    case 'policy-attached':
    case 'policy-detached': {
      const others = bearer.attachedPolicies.filter(({ policyArn }) => policyArn !== change.policyArn);
      bearer.attachedPolicies =
        change.kind === 'policy-detached'
          ? others
          : [...others, { policyName: change.policyName, policyArn: change.policyArn }];
    }
  }
}

function bearerOf(state: State, on: PolicyHolder, name: string): PolicyBearer {
  const holders = { user: state.users, role: state.roles, group: state.groups };
  return found<PolicyBearer>(holders[on].get(name), name);
}

function found<Entity>(entity: Entity | undefined, name: string): Entity {
  if (entity) return entity;
  throw new RefusedError({ code: 'NOT_FOUND', message: `The account has no ${name}.` });
}
