// What every function does and uses. Its settings, its permissions and its row in the docs all come from here.
import type { ConnectorManifest } from './application/ports/connector.ts';

/** What a connector's permission serves. */
export type ConnectorPurpose = ConnectorManifest['permissions'][number]['for'];

/** Queues between functions, by the worker at their end. */
export const QUEUES = {
  campaigns: 'advance-campaigns',
  dockets: 'chase-owners',
  removals: 'enforce-removals',
  verifications: 'verify-removals',
  promises: 'keep-promises',
  answers: 'apply-answers',
  'mail-events': 'receive-mail-events',
} as const satisfies Record<string, string>;

/** A queue of the product. */
export type QueueName = keyof typeof QUEUES;

/** The queues, in the order of a review. */
export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

/** What one function needs of everything around it; nothing else is granted. */
export interface FunctionUses {
  /** What it does, in one sentence that ends with a full stop. */
  readonly does: string;
  /** The table of everything mutable. */
  readonly reviews: 'read' | 'write';
  /** Snapshots, manifests, inventories. */
  readonly blobs: 'none' | 'read' | 'write';
  /** The insert-only ledger, its locked copies and its key. */
  readonly ledger: 'none' | 'read' | 'write';
  /** Signs attestations with the attestation key. */
  readonly attests: boolean;
  /** Knows the pseudonyms' salt: whom a signed actor stands for. Whoever attests needs it. */
  readonly pseudonyms: boolean;
  /** Slack's token: who its members are, and messages to them. */
  readonly slack: boolean;
  /** Sends mail. */
  readonly mails: boolean;
  /** Asks SES how the account and its identity stand: how much may be mailed today. */
  readonly inspectsMail: boolean;
  /** The secret that signs cookies of the review page. */
  readonly serves: boolean;
  /** Rights in the systems that identities live in. */
  readonly connectors: readonly ConnectorPurpose[];
  /** Queues it sends to. */
  readonly sends: readonly QueueName[];
  /** Starts the state machine that opens campaigns. */
  readonly opens: boolean;
  /** Functions it calls and waits for. */
  readonly calls: readonly FunctionName[];
  /** Writes and hands out evidence packs. */
  readonly packs: boolean;
}

/** Every function, in the order of a review. */
export const FUNCTION_NAMES = [
  'collect-identities',
  'open-campaigns',
  'dispatch-due-work',
  'advance-campaigns',
  'chase-owners',
  'answer-slack',
  'apply-answers',
  'serve-web',
  'receive-mail-events',
  'enforce-removals',
  'verify-removals',
  'keep-promises',
  'seal-ledger',
  'take-pulse',
  'serve-control',
  'export-evidence',
] as const;

/** A function: the name of its file in `lambdas/`. */
export type FunctionName = (typeof FUNCTION_NAMES)[number];

const LEAST = {
  reviews: 'write',
  blobs: 'write',
  ledger: 'none',
  attests: true,
  pseudonyms: true,
  slack: false,
  mails: false,
  inspectsMail: false,
  serves: false,
  connectors: [],
  sends: [],
  opens: false,
  calls: [],
  packs: false,
} as const satisfies Partial<FunctionUses>;

/** What each function uses. */
export const FUNCTIONS: Readonly<Record<FunctionName, FunctionUses>> = {
  'collect-identities': {
    ...LEAST,
    does: 'Reads the inventory of every connector, or of one.',
    connectors: ['collect'],
  },
  'open-campaigns': {
    ...LEAST,
    does: 'Opens a campaign, a step or a batch at a time.',
    slack: true,
  },
  'dispatch-due-work': {
    ...LEAST,
    does: 'Finds what is due and hands it to the workers; records a new release and changed roles.',
    sends: ['campaigns', 'dockets', 'removals', 'verifications', 'promises'],
  },
  'advance-campaigns': {
    ...LEAST,
    does: 'Moves campaigns on when their time has come: due, grace over, closing.',
    slack: true,
    mails: true,
    inspectsMail: true,
    sends: ['dockets'],
    opens: true,
    calls: ['seal-ledger'],
  },
  'chase-owners': {
    ...LEAST,
    does: 'Serves the rung that is due to one docket’s people, and records silence when grace is over.',
    slack: true,
    mails: true,
    inspectsMail: true,
    sends: ['removals'],
  },
  'answer-slack': {
    ...LEAST,
    does: 'Checks and answers Slack’s requests within a second, and queues the answers.',
    reviews: 'read',
    blobs: 'read',
    attests: false,
    pseudonyms: false,
    slack: true,
    sends: ['answers'],
  },
  'apply-answers': {
    ...LEAST,
    does: 'Carries out what people answered in Slack: signs, commits, updates what they see.',
    slack: true,
    mails: true,
    inspectsMail: true,
    connectors: ['collect', 'restore'],
    opens: true,
  },
  'serve-web': {
    ...LEAST,
    does: 'Serves the review page: read-only by link, deciding with a one-time code.',
    slack: true,
    mails: true,
    inspectsMail: true,
    serves: true,
    connectors: ['collect', 'restore'],
  },
  'receive-mail-events': {
    ...LEAST,
    does: 'Records what became of mails: deliveries, bounces, complaints.',
    blobs: 'none',
  },
  'enforce-removals': {
    ...LEAST,
    does: 'Switches off what nobody vouches for: checks again, acts, records.',
    slack: true,
    mails: true,
    inspectsMail: true,
    connectors: ['collect', 'disable', 'activity'],
  },
  'verify-removals': {
    ...LEAST,
    does: 'Looks whether what was switched off is off and stays off; deletes after quarantine.',
    slack: true,
    mails: true,
    inspectsMail: true,
    connectors: ['collect', 'disable', 'verify', 'remove', 'activity'],
  },
  'keep-promises': {
    ...LEAST,
    does: 'Checks promises on their day, and ends exceptions.',
    slack: true,
    mails: true,
    inspectsMail: true,
    connectors: ['collect'],
  },
  'seal-ledger': {
    ...LEAST,
    does: 'Seals what is attested into the log, signs its head, copies, posts and indexes it.',
    blobs: 'none',
    ledger: 'write',
    slack: true,
    mails: true,
  },
  'take-pulse': {
    ...LEAST,
    does: 'Measures what waits, what is late and what went wrong, as metrics.',
    reviews: 'read',
    blobs: 'none',
    attests: false,
    pseudonyms: false,
  },
  'serve-control': {
    ...LEAST,
    does: 'Serves the command: who calls is known from the signature of the request.',
    ledger: 'read',
    slack: true,
    mails: true,
    inspectsMail: true,
    connectors: ['collect', 'disable', 'restore', 'verify'],
    opens: true,
    calls: ['seal-ledger', 'collect-identities', 'export-evidence'],
    packs: true,
  },
  'export-evidence': {
    ...LEAST,
    does: 'Writes an evidence pack for an auditor to take away.',
    blobs: 'read',
    reviews: 'read',
    ledger: 'read',
    attests: false,
    packs: true,
  },
};
