// A small organisation with everything in memory: the real use cases, real signatures, messages captured, time at will.
import { createCelExpressions } from '../../lib/adapters/cel/expressions.ts';
import { generateKey } from '../../lib/adapters/crypto/key-file.ts';
import { p256Signer } from '../../lib/adapters/crypto/signers.ts';
import { createMemoryBlobs } from '../../lib/adapters/memory/blobs.ts';
import { createMemoryReviewStore } from '../../lib/adapters/memory/review-store.ts';
import { saltedPseudonyms } from '../../lib/adapters/random/pseudonyms.ts';
import { cryptoRandomness } from '../../lib/adapters/random/randomness.ts';
import { readDefinition } from '../../lib/application/apply-definition.ts';
import { createAttestor } from '../../lib/application/attest.ts';
import type { Environment } from '../../lib/application/environment.ts';
import type { Messenger, OutboundMessage, SendResult } from '../../lib/application/ports/messenger.ts';
import type { Message, Queue } from '../../lib/application/ports/queue.ts';
import type { ReviewStore } from '../../lib/application/ports/review-store.ts';
import type { Signer } from '../../lib/application/ports/signer.ts';
import { recordMailEvent } from '../../lib/application/record-mail-event.ts';
import { Work } from '../../lib/application/work.ts';
import { installedConnectors } from '../../lib/connectors/installed.ts';
import type { DefinitionInput } from '../../lib/domain/campaign/definition.ts';
import type { Identity } from '../../lib/domain/identity/identity.ts';
import type { Authenticated } from '../../lib/domain/review/decision.ts';
import { directoryOf } from '../../lib/domain/review/directory.ts';
import { Person, Team } from '../../lib/domain/review/person.ts';
import { type Instant, instantOf, plusMs } from '../../lib/domain/time.ts';
import { useCases } from '../../lib/runtime/use-cases.ts';
import { type TargetSystem, targetSystem } from './target-system.ts';

/** Monday 7 September 2026, 08:00 UTC. */
export const MONDAY: Instant = instantOf(Date.UTC(2026, 8, 7, 8));

/** Makes somebody of the test organisation. */
export const person = (personId: string, more: Partial<Person> = {}): Person =>
  Person.parse({
    personId,
    name: personId[0]?.toUpperCase() + personId.slice(1),
    email: `${personId}@acme.example`,
    slack: { teamId: 'T1', userId: `U${personId.toUpperCase()}` },
    timeZone: 'UTC',
    managerId: 'max',
    active: true,
    ...more,
  });

/** People of the test organisation. */
export const PEOPLE: readonly Person[] = [
  person('ada'),
  person('ben'),
  person('cleo'),
  person('gone', { active: false }),
  person('max', { roles: ['owner', 'compliance-manager'] }),
  person('rita'),
  person('sam', { roles: ['security'] }),
  person('fay'),
];

/** Teams of the test organisation. */
export const TEAMS: readonly Team[] = [
  Team.parse({
    teamId: 'billing',
    name: 'Billing',
    accountableId: 'ada',
    backupId: 'ben',
    memberIds: ['ada', 'ben'],
  }),
  Team.parse({ teamId: 'risk', name: 'Risk', accountableId: 'rita', memberIds: ['rita', 'cleo'] }),
];

/** A definition that is armed for everything. */
export const DEFINITION: DefinitionInput = {
  apiVersion: 'countersign.dev/v1',
  definitionId: 'quarterly',
  version: 1,
  title: 'Quarterly review',
  controls: ['pci-dss-4.0.1/7.2.5.1'],
  reviewers: { fallback: 'fay', manager: 'max', approvers: 'risk', riskAcceptors: 'risk' },
  enforcement: { defaultMode: 'armed', caps: [{ per: 'campaign', count: 100 }] },
};

/** How sending goes wrong. */
export interface SendFaults {
  /** Thrown instead of sending, when it gives an error. */
  failSend:
    | ((message: OutboundMessage & { readonly channel: 'slack' | 'email' }) => Error | undefined)
    | undefined;
  /** Channels that accept now and tell later whether it arrived. */
  readonly laterNews: Set<'slack' | 'email'>;
  /** Work that is lost on its way. */
  dropWork?: ((work: Work) => boolean) | undefined;
}

/** The world of one test. */
export type World = Awaited<ReturnType<typeof world>>;

/** Makes a world with these identities in one system. */
export async function world(options: {
  readonly identities: readonly Identity[];
  readonly store?: (clock: { now(): Instant }) => ReviewStore;
  readonly definition?: Partial<DefinitionInput>;
  readonly target?: TargetSystem;
  /** Signs attestations. @default a new key */
  readonly signer?: Signer;
  readonly people?: readonly Person[];
  readonly teams?: readonly Team[];
  /** Work that throws is kept in `failures` and found again by the next tick, as behind a real queue. */
  readonly lenient?: boolean;
  /** Definitions are armed only on what shadow has shown, as where it is deployed. */
  readonly earnsMode?: boolean;
}) {
  let now: Instant = MONDAY;
  let wallAheadMs = 0;
  const clock = { now: () => now };
  const directory = directoryOf(options.people ?? PEOPLE, options.teams ?? TEAMS);
  const sent: (OutboundMessage & { readonly channel: 'slack' | 'email' })[] = [];
  const unreachable = new Set<string>();
  const faults: SendFaults = { failSend: undefined, laterNews: new Set() };
  const messenger = (channel: 'slack' | 'email'): Messenger => ({
    channel,
    async send(message): Promise<SendResult> {
      if (unreachable.has(message.to.personId))
        return { outcome: 'undeliverable', reason: 'mailbox does not exist' };
      const failure = faults.failSend?.({ ...message, channel });
      if (failure) throw failure;
      sent.push({ ...message, channel });
      const delivered = !faults.laterNews.has(channel);
      return { outcome: 'accepted', providerId: `${channel}:${sent.length}`, delivered };
    },
    revise: async () => undefined,
  });
  const messengers = { slack: messenger('slack'), email: messenger('email') };
  const queued: Message[] = [];
  const failures: unknown[] = [];
  const queue: Queue = { send: async (messages) => void queued.push(...messages) };
  const target = options.target ?? targetSystem(options.identities, clock);
  const environment: Environment = {
    store: options.store?.(clock) ?? createMemoryReviewStore(),
    blobs: createMemoryBlobs(),
    people: { directory: async () => directory },
    attestor: createAttestor({
      signer: options.signer ?? p256Signer(generateKey('p256')),
      pseudonyms: saltedPseudonyms(new Uint8Array(32).fill(7)),
      build: 'test-build',
    }),
    clock,
    wallClock: { now: () => plusMs(now, wallAheadMs) },
    randomness: cryptoRandomness(),
    connectors: installedConnectors([target.connector]),
    expressions: createCelExpressions({ clock }),
    ...(options.earnsMode ? {} : { armsFreely: true as const }),
  };
  const cases = useCases({
    environment,
    messengers,
    queues: { campaigns: queue, dockets: queue, removals: queue, verifications: queue, promises: queue },
    declare: (identity) => identity,
    webUrl: 'https://countersign.example',
  });
  const settle = async () => {
    for (let round = 0; round < 40; round += 1) {
      const dispatched = await cases.tick();
      while (queued.length > 0) {
        const work = Work.parse(JSON.parse(JSON.stringify(queued.shift()?.body)));
        if (faults.dropWork?.(work)) continue;
        await cases.work(work).catch((error: unknown) => {
          if (!options.lenient) throw error;
          failures.push(error);
        });
      }
      if (dispatched === 0) return;
    }
  };
  return {
    ...cases,
    recordMailEvent: recordMailEvent(environment),
    sent,
    queued,
    queue,
    messengers,
    failures,
    unreachable,
    faults,
    target,
    clock,
    settle,
    who: (personId: string, method: Authenticated['method'] = 'oidc'): Authenticated => ({
      personId,
      method,
      issuer: 'https://id.acme.example',
      at: now,
      evidenceDigest: 'e'.repeat(64),
    }),
    setClock(at: Instant) {
      now = at;
    },
    /** Lets real time pass alone: leases run out, nothing falls due. */
    advanceWallClock(ms: number) {
      wallAheadMs += ms;
    },
    /** Moves hour by hour, doing what falls due, as a tick would. */
    async until(at: Instant, stepMs = 3_600_000) {
      while (now < at) {
        now = instantOf(Math.min(Date.parse(now) + stepMs, Date.parse(at)));
        await settle();
      }
    },
    /** Collects, and puts the definition into force. */
    async prepare() {
      await cases.collect();
      const definition = readDefinition(
        { ...DEFINITION, ...options.definition },
        directory,
        environment.expressions,
        'test',
      );
      await cases.applyDefinition(definition, this.who('max'), 'rita');
    },
    async open() {
      await this.prepare();
      const campaign = await cases.openCampaign({ definitionId: 'quarterly', launchedBy: 'max' });
      await settle();
      return campaign;
    },
  };
}
