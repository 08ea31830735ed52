// SES v2 on this machine: the API for the real SDK client, and an inbox where the mails can be read.
import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { Clock } from '../../application/ports/clock.ts';
import { type Fault, openFaultPlan } from '../iam/faults.ts';
import { listen } from '../iam/listen.ts';
import { type DeadEvent, openEventQueue } from './event-queue.ts';
import { inboxApp } from './inbox.ts';
import type { Mail } from './mail.ts';
import type { SesEvent } from './mail-events.ts';
import { openMailStore, type Suppression } from './mail-store.ts';
import type { RecipientBehaviour } from './recipient-fate.ts';
import {
  openSendingGate,
  type SenderIdentity,
  type SendingAccountState,
  type SendingState,
  type SendQuota,
} from './sending-account.ts';
import { type NodeBindings, sesApi } from './ses-api.ts';
import type { SesErrorType } from './ses-failure.ts';

/** How to start the stand-in. */
export interface SesOptions {
  /** Default: any free port. Always on 127.0.0.1. */
  readonly port?: number | undefined;
  readonly clock: Clock;
  /** Mails and suppressions are kept here. */
  readonly dataFile?: string | undefined;
  /** Takes configuration-set events, at least once, in order, after the send was answered. */
  readonly onEvent?: ((event: SesEvent) => void | Promise<void>) | undefined;
  /** Who may send: addresses or domains. None by default, as in a new account: everything is then rejected. */
  readonly identities?: readonly (string | SenderIdentity)[] | undefined;
  /** Names of the configuration sets that exist. A mail that names none causes no events, as at SES. */
  readonly configurationSets?: readonly string[] | undefined;
  readonly quota?: SendQuota | undefined;
  /** Default false: production access. */
  readonly sandbox?: boolean | undefined;
  readonly accountId?: string | undefined;
  readonly region?: string | undefined;
  /** When given, signatures are checked against these; otherwise only their form. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** How mailboxes behave that do not simply receive, by address. */
  readonly recipients?: Readonly<Record<string, RecipientBehaviour>> | undefined;
}

/** Which mails to list; every field given must match. */
export interface MailFilter {
  /** A recipient's bare address. */
  readonly to?: string | undefined;
  readonly subjectIncludes?: string | undefined;
  readonly tag?: { readonly name: string; readonly value: string } | undefined;
}

/** SES while it runs. */
export interface SesStandIn {
  /** For `new SESv2Client({ endpoint })`. */
  readonly endpoint: string;
  /** The inbox page, for a person. */
  readonly inboxUrl: string;
  /** Accepted mails, oldest first, each with what became of it per recipient. */
  messages(filter?: MailFilter): readonly Mail[];
  suppressions(): readonly Suppression[];
  /** Calls per operation since the start, refused ones included. */
  calls(): Readonly<Record<string, number>>;
  setRecipient(address: string, behaviour: RecipientBehaviour): void;
  setIdentity(identity: SenderIdentity): void;
  setSending(state: SendingState): void;
  /** Makes the next calls of an operation (`*`: any) fail as the service fails. */
  failNext(operation: string, fault: Fault<SesErrorType>, times?: number): void;
  /** Resolves when every event so far was taken or given up. */
  settled(): Promise<void>;
  /** Events `onEvent` refused three times. */
  deadEvents(): readonly DeadEvent[];
  close(): Promise<void>;
}

/**
 * Starts the stand-in.
 * @throws InvalidInputError BAD_SETTING when the port is taken; IntegrityError when `dataFile` is corrupt.
 * @example
 * const ses = await startSes({ clock, identities: ['example.com'], configurationSets: ['countersign'], onEvent });
 * new SESv2Client({ endpoint: ses.endpoint, region: 'us-east-1', credentials });
 */
export async function startSes(options: SesOptions): Promise<SesStandIn> {
  const { clock } = options;
  const store = openMailStore(options.dataFile);
  const queue = openEventQueue(options.onEvent);
  const faults = openFaultPlan<SesErrorType>();
  const counts = new Map<string, number>();
  const behaviours = new Map(
    Object.entries(options.recipients ?? {}).map(([address, behaviour]) => [
      address.toLowerCase(),
      behaviour,
    ]),
  );
  const state = sendingState(options);
  const account = { accountId: options.accountId ?? '000000000000', region: options.region ?? 'us-east-1' };
  const app = new Hono<{ Bindings: NodeBindings }>();
  app.route(
    '/',
    sesApi({
      context: {
        state,
        gate: openSendingGate(state, store, clock, () => performance.now()),
        acceptance: { store, queue, clock, account, behaviours },
      },
      faults,
      credentials: options.credentials,
      newRequestId: randomUUID,
      record: (operation) => void counts.set(operation, (counts.get(operation) ?? 0) + 1),
    }),
  );
  app.route('/', inboxApp(store));
  const listening = await listen((request, env) => app.fetch(request, env), options.port);
  return {
    endpoint: listening.origin,
    inboxUrl: `${listening.origin}/inbox`,
    messages: (filter = {}) => store.mails().filter((mail) => matches(mail, filter)),
    suppressions: () => store.suppressions(),
    calls: () => Object.fromEntries(counts),
    setRecipient: (address, behaviour) => void behaviours.set(address.toLowerCase(), behaviour),
    setIdentity: (identity) => void state.identities.set(identity.identity.toLowerCase(), identity),
    setSending(sending) {
      state.sending = sending;
    },
    failNext: (operation, fault, times) => faults.plan(operation, fault, times),
    settled: () => queue.settled(),
    deadEvents: () => queue.dead(),
    async close() {
      await listening.close();
      await queue.settled();
    },
  };
}

function sendingState(options: SesOptions): SendingAccountState {
  const identities = (options.identities ?? []).map((entry) =>
    typeof entry === 'string' ? { identity: entry } : entry,
  );
  return {
    identities: new Map(identities.map((entry) => [entry.identity.toLowerCase(), entry])),
    configurationSets: new Set(options.configurationSets ?? []),
    quota: options.quota ?? {},
    isSandbox: options.sandbox ?? false,
    sending: 'enabled',
  };
}

function matches(mail: Mail, { to, subjectIncludes, tag }: MailFilter): boolean {
  if (to !== undefined && !mail.recipients.some(({ address }) => address === to.toLowerCase())) return false;
  if (subjectIncludes !== undefined && !mail.subject.includes(subjectIncludes)) return false;
  return tag === undefined || mail.tags[tag.name] === tag.value;
}
