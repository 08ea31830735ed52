// SES v2's operations: what each answers.
import * as z from 'zod';
import { millisOf, parseInstant } from '../../domain/time.ts';
import { acceptMail, type MailAcceptance } from './accept-mail.ts';
import { bareAddress, domainOf } from './mail-address.ts';
import { type Suppression, SuppressionReason } from './mail-store.ts';
import { readSendRequest } from './send-request.ts';
import type { SendingAccountState, SendingGate } from './sending-account.ts';
import { SesFailure } from './ses-failure.ts';

/** What the operations work on. */
export interface SesContext {
  readonly state: SendingAccountState;
  readonly gate: SendingGate;
  readonly acceptance: MailAcceptance;
}

/** One call, authenticated. */
export interface SesCall {
  readonly region: string;
  /** The last path segment, decoded: an address or identity. */
  readonly subject: string;
  readonly query: URLSearchParams;
  readonly json: unknown;
}

/** An operation: the JSON of its answer. @throws SesFailure */
export type SesOperation = (context: SesContext, call: SesCall) => object;

const PutSuppressed = z.object({ EmailAddress: z.string(), Reason: SuppressionReason });

const sendEmail: SesOperation = ({ gate, acceptance }, { json, region }) => {
  const outgoing = readSendRequest(json);
  gate.admit(outgoing, region);
  return { MessageId: acceptMail(acceptance, outgoing).messageId };
};

const getAccount: SesOperation = ({ state, gate }) => {
  const { max24HourSend, maxSendRate } = gate.limits();
  return {
    DedicatedIpAutoWarmupEnabled: false,
    EnforcementStatus: state.sending === 'suspended' ? 'SHUTDOWN' : 'HEALTHY',
    ProductionAccessEnabled: !state.isSandbox,
    SendQuota: {
      Max24HourSend: max24HourSend,
      MaxSendRate: maxSendRate,
      SentLast24Hours: gate.sentLast24Hours(),
    },
    SendingEnabled: state.sending === 'enabled',
    SuppressionAttributes: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
  };
};

const getEmailIdentity: SesOperation = ({ state }, { subject }) => {
  const identity = state.identities.get(subject.toLowerCase());
  if (!identity) throw new SesFailure('NotFoundException', `Email identity ${subject} does not exist.`);
  const verified = identity.verified !== false;
  const isDomain = domainOf(identity.identity) === identity.identity;
  const { mailFrom } = identity;
  return {
    IdentityType: isDomain ? 'DOMAIN' : 'EMAIL_ADDRESS',
    FeedbackForwardingStatus: true,
    VerifiedForSendingStatus: verified,
    VerificationStatus: verified ? 'SUCCESS' : 'PENDING',
    DkimAttributes: {
      SigningEnabled: isDomain,
      Status: isDomain ? (verified ? 'SUCCESS' : 'PENDING') : 'NOT_STARTED',
    },
    MailFromAttributes: mailFrom
      ? {
          MailFromDomain: mailFrom.domain,
          MailFromDomainStatus: mailFrom.status,
          BehaviorOnMxFailure: mailFrom.behaviorOnMxFailure,
        }
      : { BehaviorOnMxFailure: 'USE_DEFAULT_VALUE' },
    Policies: {},
    Tags: [],
  };
};

const putSuppressedDestination: SesOperation = ({ acceptance: { store, clock } }, { json }) => {
  const parsed = PutSuppressed.safeParse(json);
  if (!parsed.success)
    throw new SesFailure('BadRequestException', 'EmailAddress and Reason (BOUNCE, COMPLAINT) are required');
  const address = bareAddress(parsed.data.EmailAddress);
  store.suppress({ address, reason: parsed.data.Reason, at: clock.now() });
  return {};
};

const getSuppressedDestination: SesOperation = ({ acceptance: { store } }, { subject }) => {
  const suppression = store.suppression(bareAddress(subject));
  if (!suppression) throw notSuppressed(subject);
  return {
    SuppressedDestination: {
      ...summaryOf(suppression),
      ...(suppression.messageId === undefined ? {} : { Attributes: { MessageId: suppression.messageId } }),
    },
  };
};

const deleteSuppressedDestination: SesOperation = ({ acceptance: { store } }, { subject }) => {
  if (!store.unsuppress(bareAddress(subject))) throw notSuppressed(subject);
  return {};
};

const listSuppressedDestinations: SesOperation = ({ acceptance: { store } }, { query }) => {
  const reasons = query.getAll('Reason');
  const from = timeParam(query, 'StartDate') ?? -Infinity;
  const to = timeParam(query, 'EndDate') ?? Infinity;
  const all = store
    .suppressions()
    .filter(
      ({ reason, at }) =>
        (reasons.length === 0 || reasons.includes(reason)) && millisOf(at) >= from && millisOf(at) <= to,
    );
  const pageSize = Number(query.get('PageSize') ?? '100');
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 1000) {
    throw new SesFailure('BadRequestException', 'PageSize must be between 1 and 1000');
  }
  const start = offsetOf(query.get('NextToken'));
  const end = start + pageSize;
  return {
    SuppressedDestinationSummaries: all.slice(start, end).map(summaryOf),
    ...(end < all.length ? { NextToken: Buffer.from(`suppressed:${end}`).toString('base64url') } : {}),
  };
};

/** Operations by name, with where they are found. */
export const SES_OPERATIONS: readonly {
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  readonly run: SesOperation;
}[] = [
  { name: 'SendEmail', method: 'POST', path: /^\/v2\/email\/outbound-emails$/, run: sendEmail },
  { name: 'GetAccount', method: 'GET', path: /^\/v2\/email\/account$/, run: getAccount },
  {
    name: 'GetEmailIdentity',
    method: 'GET',
    path: /^\/v2\/email\/identities\/([^/]+)$/,
    run: getEmailIdentity,
  },
  {
    name: 'PutSuppressedDestination',
    method: 'PUT',
    path: /^\/v2\/email\/suppression\/addresses$/,
    run: putSuppressedDestination,
  },
  {
    name: 'ListSuppressedDestinations',
    method: 'GET',
    path: /^\/v2\/email\/suppression\/addresses$/,
    run: listSuppressedDestinations,
  },
  {
    name: 'GetSuppressedDestination',
    method: 'GET',
    path: /^\/v2\/email\/suppression\/addresses\/([^/]+)$/,
    run: getSuppressedDestination,
  },
  {
    name: 'DeleteSuppressedDestination',
    method: 'DELETE',
    path: /^\/v2\/email\/suppression\/addresses\/([^/]+)$/,
    run: deleteSuppressedDestination,
  },
];

/** REST-JSON times are epoch seconds. */
function summaryOf({ address, reason, at }: Suppression): object {
  return { EmailAddress: address, Reason: reason, LastUpdateTime: millisOf(at) / 1000 };
}

function notSuppressed(address: string): SesFailure {
  return new SesFailure(
    'NotFoundException',
    `Email address ${address} does not exist on your suppression list.`,
  );
}

function timeParam(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const at = parseInstant(text);
  if (!at) throw new SesFailure('BadRequestException', `${name} is no time`);
  return millisOf(at);
}

function offsetOf(token: string | null): number {
  if (token === null) return 0;
  const offset = /^suppressed:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1];
  if (offset === undefined)
    throw new SesFailure('InvalidNextTokenException', 'The specified NextToken is invalid.');
  return Number(offset);
}
