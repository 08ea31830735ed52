// The sending account's state: identities, configuration sets, quota, whether it may send at all.
import type { Clock } from '../../application/ports/clock.ts';
import { DAY_MS, millisOf } from '../../domain/time.ts';
import type { Mail, OutgoingMail } from './mail.ts';
import { domainOf } from './mail-address.ts';
import type { MailStore } from './mail-store.ts';
import { isSimulator } from './recipient-fate.ts';
import { SesFailure } from './ses-failure.ts';

/** A sender identity: an address or a domain. */
export interface SenderIdentity {
  readonly identity: string;
  /** Default true. */
  readonly verified?: boolean | undefined;
  /** A custom MAIL FROM domain, where one is set up. */
  readonly mailFrom?:
    | {
        readonly domain: string;
        readonly status: 'PENDING' | 'SUCCESS' | 'FAILED' | 'TEMPORARY_FAILURE';
        readonly behaviorOnMxFailure: 'USE_DEFAULT_VALUE' | 'REJECT_MESSAGE';
      }
    | undefined;
}

/** What the account may send; each limit absent means the stated default. */
export interface SendQuota {
  /** Recipients in 24 hours of the clock given (default 50,000). */
  readonly max24HourSend?: number | undefined;
  /** Recipients a second of real time (default unlimited on this machine; GetAccount then says 14). */
  readonly maxSendRate?: number | undefined;
}

/** Whether the account may send. */
export type SendingState = 'enabled' | 'paused' | 'suspended';

/** What the sending account is made of. */
export interface SendingAccountState {
  readonly identities: Map<string, SenderIdentity>;
  readonly configurationSets: ReadonlySet<string>;
  readonly quota: SendQuota;
  /** In the sandbox only verified addresses and the simulator can be written to. */
  readonly isSandbox: boolean;
  sending: SendingState;
}

const DEFAULT_DAILY = 50_000;
const DEFAULT_RATE = 14;

/** Checks a mail against the account, in the service's order. */
export interface SendingGate {
  /** @throws SesFailure with the type and wording of the refusal. */
  admit(mail: OutgoingMail, region: string): void;
  sentLast24Hours(): number;
  limits(): { readonly max24HourSend: number; readonly maxSendRate: number };
}

/** The gate of one account. `monotonicMs` is real time: a stopped business clock must not throttle for ever. */
export function openSendingGate(
  state: SendingAccountState,
  store: MailStore,
  clock: Clock,
  monotonicMs: () => number,
): SendingGate {
  let windowStartMs = -Infinity;
  let sentInWindow = 0;
  const max24HourSend = state.quota.max24HourSend ?? DEFAULT_DAILY;

  const sentLast24Hours = countRecent(store, clock);
  const throttle = (recipients: number): void => {
    const rate = state.quota.maxSendRate;
    if (rate === undefined) return;
    const nowMs = monotonicMs();
    if (nowMs - windowStartMs >= 1000) {
      windowStartMs = nowMs;
      sentInWindow = 0;
    }
    if (sentInWindow >= rate) {
      throw new SesFailure('TooManyRequestsException', 'Maximum sending rate exceeded.');
    }
    sentInWindow += recipients;
  };

  return {
    admit(mail, region) {
      refuseState(state);
      if (mail.configurationSet !== undefined && !state.configurationSets.has(mail.configurationSet)) {
        throw new SesFailure(
          'NotFoundException',
          `Configuration set <${mail.configurationSet}> does not exist.`,
        );
      }
      refuseUnverified(state, mail, region);
      const counted = mail.recipientAddresses.filter((address) => !isSimulator(address)).length;
      if (sentLast24Hours() + counted > max24HourSend) {
        throw new SesFailure('TooManyRequestsException', 'Daily message quota exceeded.');
      }
      throttle(mail.recipientAddresses.length);
    },
    sentLast24Hours,
    limits: () => ({ max24HourSend, maxSendRate: state.quota.maxSendRate ?? DEFAULT_RATE }),
  };
}

/** Recipients of the last 24 hours, kept as a running sum: mails are in the order of the clock. */
function countRecent(store: MailStore, clock: Clock): () => number {
  let oldest = 0;
  let next = 0;
  let sum = 0;
  const weight = ({ recipients }: Mail): number =>
    recipients.filter(({ address }) => !isSimulator(address)).length;
  return () => {
    const mails = store.mails();
    for (const mail of mails.slice(next)) sum += weight(mail);
    next = mails.length;
    const sinceMs = millisOf(clock.now()) - DAY_MS;
    for (let mail = mails[oldest]; mail && millisOf(mail.sentAt) <= sinceMs; mail = mails[oldest]) {
      sum -= weight(mail);
      oldest += 1;
    }
    return sum;
  };
}

/** The verified identity that covers an address: itself, its domain, or a domain above that. */
export function identityFor(state: SendingAccountState, address: string): SenderIdentity | undefined {
  const labels = domainOf(address).split('.');
  const candidates = [address, ...labels.map((_, index) => labels.slice(index).join('.'))];
  return candidates
    .map((candidate) => state.identities.get(candidate))
    .find((identity) => identity !== undefined && identity.verified !== false);
}

function refuseState({ sending }: SendingAccountState): void {
  if (sending === 'paused') {
    throw new SesFailure('SendingPausedException', 'Sending is paused for this account.');
  }
  if (sending === 'suspended') {
    throw new SesFailure(
      'AccountSuspendedException',
      'The ability of this account to send email has been permanently restricted.',
    );
  }
}

function refuseUnverified(state: SendingAccountState, mail: OutgoingMail, region: string): void {
  const sender = identityFor(state, mail.fromAddress);
  const mustBeVerified = state.isSandbox
    ? mail.recipientAddresses.filter((address) => !isSimulator(address))
    : [];
  const failed = [mail.fromAddress, ...mustBeVerified].filter((address) => !identityFor(state, address));
  if (failed.length > 0 || !sender) {
    throw new SesFailure(
      'MessageRejected',
      `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${failed.join(', ')}`,
    );
  }
  const { mailFrom } = sender;
  if (mailFrom && mailFrom.status !== 'SUCCESS' && mailFrom.behaviorOnMxFailure === 'REJECT_MESSAGE') {
    throw new SesFailure(
      'MailFromDomainNotVerifiedException',
      `The MAIL FROM domain ${mailFrom.domain} of ${sender.identity} is not verified.`,
    );
  }
}
