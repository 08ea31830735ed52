// From a principal's policies to what a reviewer reads: level, admin verdict with its reason, services, trust.
import type { Instant } from '../time.ts';
import type { Entitlements } from './entitlement.ts';
import { type KnownPolicy, knownAwsPolicy } from './policy-aws-managed.ts';
import { type AttachedPolicy, type PolicyStatement, parsePolicy } from './policy-document.ts';
import { type Escalation, findEscalation } from './policy-escalation.ts';
import { coversAction, isDead } from './policy-match.ts';
import { allowing, denying, type PermissionSet, type Principal } from './policy-permission.ts';
import { trustedPrincipals } from './policy-trust.ts';

/** A role that makes whoever may assume it administrator, with who it trusts. */
export interface AdminRole {
  readonly arn: string;
  readonly trust: Entitlements['trust'];
}

/** What is known of one principal's rights. */
export interface PolicyEvidence {
  readonly principal: Principal;
  /** Inline, attached and group policies. */
  readonly policies: readonly AttachedPolicy[];
  /** Permissions boundary: the most it may do, whatever else allows more. */
  readonly boundary?: AttachedPolicy | undefined;
  /** A role's trust policy. */
  readonly trustPolicy?: unknown;
  /**
   * Roles of the account that are administrator. Known: `sts:AssumeRole` counts as escalation only where it reaches
   * one. Unknown: `sts:AssumeRole` on everything counts.
   */
  readonly adminRoles?: readonly AdminRole[] | undefined;
  /** For conditions with a date. */
  readonly asOf: Instant;
}

type Verdict = Pick<Entitlements, 'level' | 'admin' | 'adminReason'>;

/** Judges what a principal may do. Never throws: what cannot be read makes the verdict `unknown`, with the reason. */
export function assessEntitlements(evidence: PolicyEvidence): Entitlements {
  const read = readPolicies(evidence);
  const verdict = judge(evidence, read);
  const account = evidence.principal.arn.split(':')[4] ?? '';
  return {
    ...verdict,
    services: servicesOf(read.set),
    policies: [...evidence.policies, ...(evidence.boundary ? [evidence.boundary] : [])].map(
      ({ name, via }) => ({ name, via }),
    ),
    trust: evidence.trustPolicy === undefined ? [] : trustedPrincipals(evidence.trustPolicy, account),
  };
}

interface ReadPolicies {
  readonly set: PermissionSet;
  readonly byName: readonly { readonly policy: AttachedPolicy; readonly known: KnownPolicy }[];
  /** Policies nothing is known of, each with the reason. */
  readonly unread: readonly string[];
}

function readPolicies(evidence: PolicyEvidence): ReadPolicies {
  const statements: PolicyStatement[] = [];
  const byName: { policy: AttachedPolicy; known: KnownPolicy }[] = [];
  const unread: string[] = [];
  for (const policy of evidence.policies) {
    const parsed = parsePolicy(policy);
    const known = parsed.readable || policy.document !== undefined ? undefined : knownAwsPolicy(policy.arn);
    if (parsed.readable) statements.push(...parsed.statements);
    else if (known) byName.push({ policy, known });
    else unread.push(`policy ${policy.name}: ${parsed.reason}`);
  }
  const boundary = boundaryOf(evidence.boundary);
  return {
    set: { principal: evidence.principal, statements, boundary, asOf: evidence.asOf },
    byName,
    unread,
  };
}

function boundaryOf(policy: AttachedPolicy | undefined): PermissionSet['boundary'] {
  if (!policy) return undefined;
  const parsed = parsePolicy(policy);
  return parsed.readable ? parsed.statements : 'unreadable';
}

function judge(evidence: PolicyEvidence, read: ReadPolicies): Verdict {
  const admin = directAdmin(read) ?? certainEscalation(evidence, read);
  if (admin !== undefined) return withinBoundary(evidence, read, admin);
  const doubt = doubtOf(evidence, read);
  const level = read.unread.length > 0 ? 'unknown' : levelOf(read);
  if (doubt !== undefined) return { level, admin: 'unknown', adminReason: doubt };
  return { level, admin: 'no', adminReason: noReason(read) };
}

/** An administrator's boundary may take that back: unreadable means unknown, readable was already weighed. */
function withinBoundary(evidence: PolicyEvidence, read: ReadPolicies, reason: string): Verdict {
  const name = evidence.boundary?.name ?? '';
  if (read.set.boundary === undefined) return { level: 'admin', admin: 'yes', adminReason: reason };
  if (read.set.boundary === 'unreadable') {
    const adminReason = `${reason}, but permissions boundary ${name} limits it and its document is not readable`;
    return { level: 'unknown', admin: 'unknown', adminReason };
  }
  return {
    level: 'admin',
    admin: 'yes',
    adminReason: `${reason}, which permissions boundary ${name} leaves`,
  };
}

/** Administrator outright: `*` on `*` with nothing denied, or an AWS-managed policy known for it. */
function directAdmin(read: ReadPolicies): string | undefined {
  const { set } = read;
  const all = set.statements.find(
    (each) =>
      each.effect === 'Allow' &&
      each.actions.some((action) => action === '*' || action === '*:*') &&
      each.resources.includes('*') &&
      !isDead(each, set.asOf),
  );
  const restricted = set.statements.some(({ effect }) => effect === 'Deny') || Array.isArray(set.boundary);
  if (all && !restricted) return `allows * on * (${cite(all)})`;
  const named = read.byName.find(({ known }) => known.admin === 'yes');
  // What the named policy's document says is not at hand, so a Deny or a boundary can only be weighed against `iam:*`.
  if (named && !denying(set, 'iam:PutUserPolicy', '*') && !boundaryForbids(set)) {
    return `policy ${named.policy.name}${viaOf(named.policy.via)} ${named.known.why}`;
  }
  return undefined;
}

function boundaryForbids(set: PermissionSet): boolean {
  if (!Array.isArray(set.boundary)) return false;
  return !set.boundary.some(
    (each) => each.effect === 'Allow' && coversAction(each, 'iam:PutUserPolicy') && !isDead(each, set.asOf),
  );
}

function certainEscalation(evidence: PolicyEvidence, read: ReadPolicies): string | undefined {
  const found = findEscalation(read.set);
  if (found?.certain) return describe(found);
  return assumesAdmin(evidence, read.set);
}

function describe(found: Escalation): string {
  const { conditions } = found.statement;
  const under = conditions.length > 0 ? `, under ${conditions.length} condition(s)` : '';
  return `can escalate by ${found.way}: ${cite(found.statement)}${under}`;
}

function assumesAdmin(evidence: PolicyEvidence, set: PermissionSet): string | undefined {
  if (!evidence.adminRoles) {
    const statement = allowing(set, 'sts:AssumeRole', '*');
    return statement && `can escalate by sts:AssumeRole on any role that trusts it: ${cite(statement)}`;
  }
  const { arn } = evidence.principal;
  for (const role of evidence.adminRoles) {
    if (role.arn === arn) continue;
    if (trusts(role, arn, true)) return `is trusted by administrator role ${role.arn}`;
    const statement = allowing(set, 'sts:AssumeRole', role.arn);
    if (statement && trusts(role, arn, false)) {
      return `can assume administrator role ${role.arn}: ${cite(statement)}`;
    }
  }
  return undefined;
}

/** `byName`: the trust names the principal itself, which in one account suffices. Else: it trusts the whole account. */
function trusts(role: AdminRole, arn: string, byName: boolean): boolean {
  const account = arn.split(':')[4] ?? '';
  return role.trust.some(({ principal }) => {
    const value = principal.replace(/^AWS:/, '');
    if (byName) return value === arn;
    return value === '*' || value === account || value.endsWith(`:iam::${account}:root`);
  });
}

/** Why "no" cannot be said: something unread, or a way that hangs on how powerful a third party is. */
function doubtOf(evidence: PolicyEvidence, read: ReadPolicies): string | undefined {
  if (read.unread.length > 0) return read.unread.join('; ');
  const named = read.byName.find(({ known }) => known.admin === 'unknown');
  if (named) return `policy ${named.policy.name} ${named.known.why}`;
  const found = findEscalation(read.set);
  if (!found) return undefined;
  if (evidence.adminRoles?.length === 0) return undefined;
  return `could escalate by ${found.way}, if that role is powerful: ${cite(found.statement)}`;
}

function noReason(read: ReadPolicies): string {
  if (read.set.statements.length === 0 && read.byName.length === 0) return 'no policy grants anything';
  const denied = read.set.statements.find(
    ({ effect, conditions }) => effect === 'Deny' && conditions.length === 0,
  );
  const wide = read.set.statements.some(({ actions }) =>
    actions.some((action) => /^(\*|\*:\*|iam:\*)$/.test(action)),
  );
  if (denied && wide) return `no way to administrator is left by the Deny in ${cite(denied)}`;
  if (read.set.boundary !== undefined) return 'no way to administrator within its permissions boundary';
  return 'no policy grants administrator rights or a known way to them';
}

/** Operations that only look. Everything else may change something. */
const LOOKING =
  /^(get|list|describe|head|batchget|lookup|view|search|query|scan|select|check|simulate|validate|estimate|preview|read|download|detect|discover|generateservicelastaccesseddetails|generatecredentialreport)/;

function levelOf(read: ReadPolicies): Entitlements['level'] {
  const granting = read.set.statements.filter((each) => isGranting(read.set, each));
  const levels = [
    ...granting.map((each) => (isReadOnly(each) ? 'read' : 'write')),
    ...read.byName.map(({ known }) => (known.level === 'read' ? 'read' : 'write')),
  ];
  if (levels.includes('write')) return 'write';
  return levels.includes('read') ? 'read' : 'none';
}

function isGranting(set: PermissionSet, statement: PolicyStatement): boolean {
  if (statement.effect !== 'Allow' || isDead(statement, set.asOf)) return false;
  const resources = statement.notResources ? ['*'] : statement.resources;
  const actions = statement.notActions ? ['*'] : statement.actions;
  return actions.some((action) => resources.some((resource) => denying(set, action, resource) === undefined));
}

function isReadOnly(statement: PolicyStatement): boolean {
  if (statement.notActions) return false;
  return statement.actions.every((action) => LOOKING.test((action.split(':')[1] ?? '').toLowerCase()));
}

function servicesOf(set: PermissionSet): string[] {
  const granting = set.statements.filter((each) => isGranting(set, each));
  if (granting.some((each) => each.notActions || each.actions.some((action) => action.startsWith('*'))))
    return ['*'];
  const services = granting.flatMap((each) => each.actions.map((action) => action.split(':')[0] ?? ''));
  return [...new Set(services.map((service) => service.toLowerCase()))].filter((each) => each !== '').sort();
}

function cite(statement: PolicyStatement): string {
  return `policy ${statement.policy}${viaOf(statement.via)}, ${statement.label}`;
}

function viaOf(via: AttachedPolicy['via']): string {
  return via === 'group' ? ' (through a group)' : via === 'inline' ? ' (inline)' : '';
}
