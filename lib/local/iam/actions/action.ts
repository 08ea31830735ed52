// What every API action has in common: its context, its wording of refusals, its formats.
import type { Clock } from '../../../application/ports/clock.ts';
import type { Instant } from '../../../domain/time.ts';
import type { Account } from '../account.ts';
import type { Caller, Callers } from '../callers.ts';
import type { ReportDesk } from '../credential-report.ts';
import type { PolicyBearer, Role, User } from '../entities.ts';
import {
  noSuchEntity,
  QueryFailure,
  requiredParam,
  validationError,
  type XmlValue,
} from '../query-protocol.ts';
import { encodeRfc3986 } from '../sigv4.ts';

/** What actions work on. */
export interface ActionContext {
  readonly account: Account;
  readonly clock: Clock;
  readonly desk: ReportDesk;
  readonly callers: Callers;
  /** At most this many entries a page, whatever MaxItems says. */
  readonly pageSize: number;
}

/** One authenticated call. */
export interface ActionCall {
  readonly action: string;
  readonly params: URLSearchParams;
  readonly caller: Caller;
}

/** An API action: the content of its result, undefined where the action has none. @throws QueryFailure */
export type Action = (context: ActionContext, call: ActionCall) => XmlValue;

/** 403 AccessDenied, in IAM's words. */
export function accessDenied(call: ActionCall, service = 'iam', resource = '*'): QueryFailure {
  const name = `${service}:${call.action}`;
  return new QueryFailure(
    'AccessDenied',
    403,
    `User: ${call.caller.arn} is not authorized to perform: ${name} on resource: ${resource} because no identity-based policy allows the ${name} action`,
  );
}

/** The user named, or the caller when none is. @throws QueryFailure NoSuchEntity, ValidationError. */
export function subjectUser({ account }: ActionContext, { params, caller }: ActionCall): User {
  const name = params.get('UserName') ?? caller.user?.name;
  if (name === undefined) {
    throw validationError('Must specify userName when calling with non-User credentials');
  }
  const user = account.user(name);
  if (!user) throw noSuchEntity(`The user with name ${name} cannot be found.`);
  return user;
}

/** The role named. @throws QueryFailure NoSuchEntity; AccessDenied when the account's roles are not known. */
export function namedRole({ account }: ActionContext, call: ActionCall): Role {
  if (!account.seed.known.authorizationDetails) throw accessDenied(call);
  const name = requiredParam(call.params, 'RoleName');
  const role = account.role(name);
  if (!role) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

/** Refuses to answer for a user whose policies and tags no file told. */
export function requireDetails(context: ActionContext, call: ActionCall, user: User): void {
  if (!context.account.seed.known.authorizationDetails || !user.seed.inDetails) {
    throw accessDenied(call, 'iam', user.arn);
  }
}

/** Refuses to answer for a user whose keys and certificates no file told. */
export function requireReport(context: ActionContext, call: ActionCall, user: User): void {
  if (!context.account.seed.known.credentialReport || !user.seed.inReport) {
    throw accessDenied(call, 'iam', user.arn);
  }
}

/** Times as the query protocol writes them. */
export function timeOf(at: Instant | undefined): string | undefined {
  return at?.replace(/\.\d{3}Z$/, 'Z');
}

/** Policy documents travel URL-encoded (RFC 3986). */
export function encodedPolicy(text: string): string {
  return encodeRfc3986(text);
}

/** Tags as the API lists them. */
export function tagList(tags: Readonly<Record<string, string>>): XmlValue {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** The permissions boundary, where there is one. */
export function boundaryOf(bearer: PolicyBearer): XmlValue {
  return bearer.permissionsBoundaryArn === undefined
    ? undefined
    : {
        PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
        PermissionsBoundaryArn: bearer.permissionsBoundaryArn,
      };
}
