// Access keys: list, create, switch off and on, delete, last use.
import { deriveAccessKeyId, deriveSecret } from '../derived-ids.ts';
import { type AccessKey, type Root, type User } from '../entities.ts';
import { enumParam, noSuchEntity, pageOf, QueryFailure, requiredParam } from '../query-protocol.ts';
import {
  type Action,
  type ActionCall,
  type ActionContext,
  accessDenied,
  requireReport,
  subjectUser,
  timeOf,
} from './action.ts';

const KEYS_PER_USER = 2;

const listAccessKeys: Action = (context, call) => {
  const holder = keyHolder(context, call);
  const { items, ...rest } = pageOf(holder.keys, call.params, context.pageSize);
  const UserName = holderName(holder);
  return {
    AccessKeyMetadata: items.map((key) => ({
      UserName,
      AccessKeyId: key.accessKeyId,
      Status: key.status,
      CreateDate: timeOf(key.createdAt),
    })),
    ...rest,
  };
};

const createAccessKey: Action = (context, call) => {
  const user = subjectUser(context, call);
  requireReport(context, call, user);
  const slot = ([1, 2] as const).find((candidate) => user.keys.every((key) => key.slot !== candidate));
  if (slot === undefined) {
    throw new QueryFailure(
      'LimitExceeded',
      409,
      `Cannot exceed quota for AccessKeysPerUser: ${KEYS_PER_USER}`,
    );
  }
  const createdAt = context.clock.now();
  const accessKeyId = freshKeyId(context, user, `${slot} ${createdAt}`);
  context.account.commit({
    kind: 'access-key-created',
    userName: user.name,
    key: { accessKeyId, slot, status: 'Active', createdAt, lastUse: { state: 'never' } },
  });
  return {
    AccessKey: {
      UserName: user.name,
      AccessKeyId: accessKeyId,
      Status: 'Active',
      SecretAccessKey: deriveSecret(accessKeyId),
      CreateDate: timeOf(createdAt),
    },
  };
};

const updateAccessKey: Action = (context, call) => {
  const status = enumParam(call.params, 'Status', ['Active', 'Inactive']);
  const key = heldKey(context, call);
  if (key.status === 'Expired') {
    throw new QueryFailure('InvalidInput', 400, `The Access Key with id ${key.accessKeyId} has expired.`);
  }
  context.account.commit({ kind: 'access-key-status', accessKeyId: key.accessKeyId, status });
  return undefined;
};

const deleteAccessKey: Action = (context, call) => {
  const key = heldKey(context, call);
  context.account.commit({ kind: 'access-key-deleted', accessKeyId: key.accessKeyId });
  return undefined;
};

const getAccessKeyLastUsed: Action = (context, call) => {
  const accessKeyId = requiredParam(call.params, 'AccessKeyId');
  const holding = context.account.keyHolding(accessKeyId);
  if (!holding) throw accessDenied(call, 'iam', `access key ${accessKeyId}`);
  const { lastUse } = holding.key;
  if (lastUse.state === 'unknown') throw accessDenied(call, 'iam', `access key ${accessKeyId}`);
  return {
    UserName: holderName(holding.holder),
    AccessKeyLastUsed:
      lastUse.state === 'used'
        ? { LastUsedDate: timeOf(lastUse.at), ServiceName: lastUse.service, Region: lastUse.region }
        : { ServiceName: 'N/A', Region: 'N/A' },
  };
};

/** Access-key actions by name. */
export const accessKeyActions: Readonly<Record<string, Action>> = {
  ListAccessKeys: listAccessKeys,
  CreateAccessKey: createAccessKey,
  UpdateAccessKey: updateAccessKey,
  DeleteAccessKey: deleteAccessKey,
  GetAccessKeyLastUsed: getAccessKeyLastUsed,
};

function keyHolder(context: ActionContext, call: ActionCall): User | Root {
  const { root } = context.account;
  if (root && call.caller.arn === root.arn && call.params.get('UserName') === null) return root;
  const user = subjectUser(context, call);
  requireReport(context, call, user);
  return user;
}

function heldKey(context: ActionContext, call: ActionCall): AccessKey {
  const accessKeyId = requiredParam(call.params, 'AccessKeyId');
  const key = keyHolder(context, call).keys.find((candidate) => candidate.accessKeyId === accessKeyId);
  if (key) return key;
  throw noSuchEntity(`The Access Key with id ${accessKeyId} cannot be found.`);
}

function holderName(holder: User | Root): string | undefined {
  return 'name' in holder ? holder.name : undefined;
}

/** Key ids are never reused, not even within one instant of a stopped clock. */
function freshKeyId({ account }: ActionContext, user: User, slot: string): string {
  for (let attempt = 0; ; attempt += 1) {
    const accessKeyId = deriveAccessKeyId(user.arn, `${slot} ${attempt}`);
    if (!account.wasIssued(accessKeyId)) return accessKeyId;
  }
}
