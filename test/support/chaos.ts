// Bad weather: a share of all calls and events is lost, doubled, late or out of order, by a seed.

import type { Message } from '../../lib/application/ports/queue.ts';
import type { MailEvent } from '../../lib/application/record-mail-event.ts';
import { ConflictError, UpstreamError } from '../../lib/domain/errors.ts';
import { HOUR_MS, type Instant, MINUTE_MS, plusMs } from '../../lib/domain/time.ts';
import type { ChaseRecord } from './chase-record.ts';
import type { World } from './world.ts';

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What is on its way and comes later. */
interface Late<T> {
  readonly at: Instant;
  readonly what: T;
}

/** Weather around a world. */
export interface Weather {
  /** How often each thing went wrong. */
  readonly damage: Map<string, number>;
  /** Brings what is due: queued work that was late, and news about mails. */
  bring(): Promise<void>;
  /** When the next of it comes. */
  nextAt(): Instant | undefined;
  /** From now on nothing goes wrong any more. */
  clear(): void;
}

/** What a mail of the world is told to have become of. */
export type MailFate = (personId: string) => MailEvent['kind'];

/** Puts weather around a world that is recorded. `share` of what happens goes wrong; 0 is none. */
export function weatherOver(
  w: World,
  record: ChaseRecord,
  options: { readonly seed: number; readonly share: number; readonly fateOf?: MailFate },
): Weather {
  const random = randomOf(options.seed);
  const damage = new Map<string, number>();
  const work: Late<Message>[] = [];
  const mail: Late<MailEvent>[] = [];
  let { share } = options;
  /** One of these goes wrong, or nothing. */
  const fault = <F extends string>(where: string, ...faults: F[]): F | undefined => {
    if (random() >= share) return undefined;
    const chosen = faults[Math.floor(random() * faults.length)];
    if (chosen) damage.set(`${where}: ${chosen}`, (damage.get(`${where}: ${chosen}`) ?? 0) + 1);
    return chosen;
  };
  const later = (most: number) => plusMs(w.clock.now(), Math.ceil(random() * most));
  disturbQueue(w, fault, (what) => work.push({ at: later(3 * HOUR_MS), what }));
  disturbMessengers(w, fault);
  disturbStore(w, fault);
  postMail(w, options.fateOf ?? (() => 'delivered'), (what) => {
    switch (fault('mail event', 'drop', 'double', 'late', 'strange first')) {
      case 'drop':
        return;
      case 'double':
        mail.push({ at: later(HOUR_MS), what }, { at: later(HOUR_MS), what });
        return;
      case 'late':
        mail.push({ at: later(40 * HOUR_MS), what });
        return;
      case 'strange first':
        mail.push({
          at: later(MINUTE_MS),
          what: { ...what, kind: random() < 0.5 ? 'out-of-office' : 'complained' },
        });
        mail.push({ at: later(HOUR_MS), what });
        return;
      default:
        mail.push({ at: later(20 * MINUTE_MS), what });
    }
  });
  const dueOf = <T>(late: Late<T>[]): T[] => {
    const now = w.clock.now();
    const due = late.filter(({ at }) => at <= now);
    late.splice(0, late.length, ...late.filter(({ at }) => at > now));
    return due.map(({ what }) => what);
  };
  return {
    damage,
    async bring() {
      w.queued.push(...dueOf(work));
      for (const event of dueOf(mail)) await tellOf(w, record, event, (at) => mail.push({ at, what: event }));
    },
    nextAt: () => [...work, ...mail].map(({ at }) => at).toSorted()[0],
    clear() {
      share = 0;
    },
  };
}

type Fault = <F extends string>(where: string, ...faults: F[]) => F | undefined;

function disturbQueue({ queue, queued }: World, fault: Fault, postpone: (message: Message) => void): void {
  const { send } = queue;
  queue.send = async (messages) => {
    for (const message of messages) {
      switch (fault('queue', 'drop', 'double', 'late', 'overtake')) {
        case 'drop':
          break;
        case 'double':
          await send([message, message]);
          break;
        case 'late':
          postpone(message);
          break;
        case 'overtake':
          queued.unshift(message);
          break;
        default:
          await send([message]);
      }
    }
  };
}

function disturbMessengers({ messengers }: World, fault: Fault): void {
  for (const messenger of Object.values(messengers)) {
    const { send, channel: provider } = messenger;
    const failing = (code: 'TIMEOUT' | 'THROTTLED' | 'DENIED', retryAfterMs?: number) =>
      new UpstreamError({
        code,
        provider,
        retryable: code !== 'DENIED',
        message: 'bad weather',
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      });
    messenger.send = async (message) => {
      switch (fault(provider, 'lost before', 'answer lost', 'told to wait', 'refused')) {
        case 'lost before':
          throw failing('TIMEOUT');
        case 'answer lost':
          await send(message);
          throw failing('TIMEOUT');
        case 'told to wait':
          throw failing('THROTTLED', 5 * MINUTE_MS);
        case 'refused':
          throw failing('DENIED');
        default:
          return send(message);
      }
    };
  }
}

/** Somebody else writes first, or so it seems: whoever writes has to look again. */
function disturbStore({ environment: { store } }: World, fault: Fault): void {
  const { commit } = store;
  store.commit = async (writes) => {
    if (fault('store', 'conflict'))
      throw new ConflictError({ code: 'CONFLICT', message: 'bad weather', positions: [0] });
    return commit.call(store, writes);
  };
}

function postMail(
  { messengers: { email }, faults }: World,
  fateOf: MailFate,
  post: (event: MailEvent) => void,
): void {
  faults.laterNews.add('email');
  const { send } = email;
  email.send = async (message) => {
    const result = await send(message);
    if (result.outcome !== 'accepted') return result;
    const { noticeId, to } = message;
    post({
      kind: fateOf(to.personId),
      permanent: fateOf(to.personId) === 'bounced',
      messageId: result.providerId,
      notice: { noticeId, personId: to.personId },
      recipients: [to.email],
      at: undefined,
      detail: '',
    });
    return result;
  };
}

/** The queue brings an event again that could not be recorded. */
async function tellOf(
  w: World,
  record: ChaseRecord,
  event: MailEvent,
  again: (at: Instant) => void,
): Promise<void> {
  if (event.kind === 'delivered') record.arrived(event.notice?.noticeId ?? '');
  try {
    await w.recordMailEvent(event);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    again(plusMs(w.clock.now(), 10 * MINUTE_MS));
  }
}
