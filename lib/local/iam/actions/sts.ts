// STS: who am I, and a session for a long-term key.
import { noSuchEntity, QueryFailure, requiredParam, validationError } from '../query-protocol.ts';
import { type Action, timeOf } from './action.ts';

const getCallerIdentity: Action = ({ account }, { caller }) => ({
  Arn: caller.arn,
  UserId: caller.userId,
  Account: account.seed.accountId,
});

const getSessionToken: Action = (context, { params, caller }) => {
  const holder = caller.kind === 'root' ? context.account.root : caller.user;
  if (caller.kind === 'session' || caller.kind === 'operator' || !holder) {
    throw new QueryFailure('AccessDenied', 403, 'Cannot call GetSessionToken with session credentials');
  }
  const seconds = Number(params.get('DurationSeconds') ?? (caller.kind === 'root' ? '3600' : '43200'));
  if (!Number.isInteger(seconds) || seconds < 900 || seconds > 129_600) {
    throw validationError(
      `1 validation error detected: Value '${params.get('DurationSeconds')}' at 'durationSeconds' failed to satisfy constraint: Member must have value between 900 and 129600`,
    );
  }
  const session = context.callers.startSession(holder, seconds * 1000);
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: timeOf(session.expiresAt),
    },
  };
};

const getAccessKeyInfo: Action = ({ account }, { params }) => {
  const accessKeyId = requiredParam(params, 'AccessKeyId');
  if (!account.keyHolding(accessKeyId))
    throw noSuchEntity(`The Access Key with id ${accessKeyId} cannot be found.`);
  return { Account: account.seed.accountId };
};

/** STS actions by name. */
export const stsActions: Readonly<Record<string, Action>> = {
  GetCallerIdentity: getCallerIdentity,
  GetSessionToken: getSessionToken,
  GetAccessKeyInfo: getAccessKeyInfo,
};
