// What happens in the account without the product doing it: scenes for demos and tests.
import type { Clock } from '../../application/ports/clock.ts';
import { RefusedError } from '../../domain/errors.ts';
import { type Instant, parseInstant } from '../../domain/time.ts';
import type { Account } from './account.ts';
import type { PolicyHolder } from './account-change.ts';
import { decodePolicy, parseAccountSeed, type SeedRoleInput, type SeedUserInput } from './account-seed.ts';

/** Plays the account's own life. Each throws RefusedError NOT_FOUND for what does not exist. */
export interface SceneDrivers {
  /** A workload signs with the key. Refused, and nothing recorded, unless the key exists and is active. */
  useKey(accessKeyId: string, service: string, region: string, at?: Instant): 'used' | 'refused';
  /** A workload assumes the role. */
  useRole(roleName: string, region: string, at?: Instant): void;
  /** A pipeline or a person switches a key back on. */
  reactivate(accessKeyId: string): void;
  /** Privileges grow: an inline policy (`document`) or a managed one (`policyArn`). */
  addPolicy(
    on: PolicyHolder,
    name: string,
    policy: { readonly policyName: string } & (
      | { readonly document: string | Readonly<Record<string, unknown>> }
      | { readonly policyArn: string }
    ),
  ): void;
  createUser(user: SeedUserInput): void;
  deleteUser(userName: string): void;
  createRole(role: SeedRoleInput): void;
  setTags(on: 'user' | 'role', name: string, tags: Readonly<Record<string, string>>): void;
  /** The keys a user has now, slot order. */
  keysOf(
    userName: string,
  ): readonly { readonly accessKeyId: string; readonly slot: 1 | 2; readonly status: string }[];
}

/** Drivers for one account. */
export function sceneDrivers(account: Account, clock: Clock): SceneDrivers {
  return {
    useKey(accessKeyId, service, region, at = clock.now()) {
      if (account.keyHolding(accessKeyId)?.key.status !== 'Active') return 'refused';
      account.commit({ kind: 'access-key-used', accessKeyId, at: asInstant(at), region, service });
      return 'used';
    },
    useRole(roleName, region, at = clock.now()) {
      account.commit({ kind: 'role-used', roleName, at: asInstant(at), region });
    },
    reactivate(accessKeyId) {
      account.commit({ kind: 'access-key-status', accessKeyId, status: 'Active' });
    },
    addPolicy(on, name, policy) {
      const { policyName } = policy;
      if ('policyArn' in policy) {
        account.commit({ kind: 'policy-attached', on, name, policyName, policyArn: policy.policyArn });
        return;
      }
      const text = typeof policy.document === 'string' ? policy.document : JSON.stringify(policy.document);
      const document = decodePolicy(text);
      if (document === undefined) {
        throw new RefusedError({
          code: 'NOT_SUPPORTED',
          message: `${policyName} is no JSON policy document.`,
        });
      }
      account.commit({ kind: 'inline-policy-put', on, name, policyName, document });
    },
    createUser(input) {
      const [user] = parseAccountSeed(
        { accountId: account.seed.accountId, users: [input] },
        'new user',
      ).users;
      if (!user || account.user(user.userName)) throw taken(input.userName);
      account.commit({ kind: 'user-created', user });
    },
    deleteUser: (userName) => account.commit({ kind: 'user-deleted', userName }),
    createRole(input) {
      const [role] = parseAccountSeed(
        { accountId: account.seed.accountId, roles: [input] },
        'new role',
      ).roles;
      if (!role || account.role(role.roleName)) throw taken(input.roleName);
      account.commit({ kind: 'role-created', role });
    },
    setTags: (on, name, tags) => account.commit({ kind: 'tags-set', on, name, tags: { ...tags } }),
    keysOf(userName) {
      const user = account.user(userName);
      if (!user) throw new RefusedError({ code: 'NOT_FOUND', message: `The account has no ${userName}.` });
      return user.keys.map(({ accessKeyId, slot, status }) => ({ accessKeyId, slot, status }));
    },
  };
}

function asInstant(at: string): Instant {
  const instant = parseInstant(at);
  if (instant) return instant;
  throw new RefusedError({ code: 'NOT_SUPPORTED', message: `${at} is no time with an offset.` });
}

function taken(name: string): RefusedError {
  return new RefusedError({ code: 'CONFLICT', message: `The account has a ${name} already.` });
}
