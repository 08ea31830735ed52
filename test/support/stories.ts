// Stories of a small campaign, made up at random: who does what, when, how often, and what is delivered twice.
import * as fc from 'fast-check';
import { viewDesk } from '../../lib/application/desk.ts';
import { Work } from '../../lib/application/work.ts';
import type { Campaign } from '../../lib/domain/campaign/campaign.ts';
import { ConflictError, InvalidInputError, RefusedError, UpstreamError } from '../../lib/domain/errors.ts';
import type { Identity } from '../../lib/domain/identity/identity.ts';
import type { Removal } from '../../lib/domain/removal/removal.ts';
import type { DecisionRequest } from '../../lib/domain/review/decision.ts';
import { type Instant, plusDays } from '../../lib/domain/time.ts';
import { itemRef, ownedIdentity, storedItem } from './reviews.ts';
import type { World } from './world.ts';

/** What is reviewed: identities of three owners, and one of nobody. */
export const IDENTITIES: readonly [Identity, Identity, Identity, Identity, Identity] = [
  ownedIdentity('a1', 'ada'),
  ownedIdentity('a2', 'ada'),
  ownedIdentity('b1', 'ben'),
  ownedIdentity('c1', 'cleo'),
  ownedIdentity('nobody', ''),
];
const WHO = ['ada', 'ben', 'cleo', 'fay', 'rita', 'max'] as const;

/** One thing that happens. */
export type Act =
  | { readonly kind: 'wait'; readonly hours: number }
  | { readonly kind: 'answer'; readonly item: number; readonly who: number; readonly verdict: number }
  | { readonly kind: 'undo'; readonly item: number; readonly who: number }
  | { readonly kind: 'claim'; readonly who: number }
  | { readonly kind: 'agree'; readonly who: number; readonly agree: boolean }
  | { readonly kind: 'steer'; readonly act: 'hold' | 'resume' | 'extend' }
  | { readonly kind: 'again'; readonly which: number }
  | { readonly kind: 'redeliver'; readonly which: number }
  | { readonly kind: 'unreachable'; readonly who: number; readonly away: boolean };

const item = fc.nat({ max: IDENTITIES.length - 1 });
const who = fc.nat({ max: WHO.length - 1 });
const is = <K extends Act['kind']>(kind: K) => fc.constant(kind);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: is('wait'), hours: fc.integer({ min: 1, max: 240 }) }) },
  { weight: 6, arbitrary: fc.record({ kind: is('answer'), item, who, verdict: fc.nat({ max: 7 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: is('undo'), item, who }) },
  { weight: 1, arbitrary: fc.record({ kind: is('claim'), who }) },
  { weight: 3, arbitrary: fc.record({ kind: is('agree'), who, agree: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: is('steer'), act: fc.constantFrom('hold', 'resume', 'extend') }),
  },
  { weight: 2, arbitrary: fc.record({ kind: is('again'), which: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ kind: is('redeliver'), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: is('unreachable'), who, away: fc.boolean() }) },
);

/** Groups of acts; those of one group happen at once. */
export const story: fc.Arbitrary<Act[][]> = fc.array(fc.array(act, { minLength: 1, maxLength: 3 }), {
  minLength: 6,
  maxLength: 18,
});

/** What was seen to happen. */
export interface Seen {
  readonly acts: (() => Promise<unknown>)[];
  readonly deliveries: Work[];
  /** Executions as they happened: what the item said at that moment. */
  readonly executions: {
    readonly removal: Removal;
    readonly verdict: string | undefined;
    readonly at: Instant;
  }[];
}

/** Keeps what happens at the queues and at the target. */
export function watch(w: World): Seen {
  const seen: Seen = { acts: [], deliveries: [], executions: [] };
  const { connector } = w.target;
  const { disable } = connector;
  const { send } = w.queue;
  w.queue.send = async (messages) => {
    for (const { body } of messages) seen.deliveries.push(Work.parse(JSON.parse(JSON.stringify(body))));
    return send(messages);
  };
  connector.disable = async (target, state) => {
    const receipt = await disable(target, state);
    const found = IDENTITIES.find(({ identityId }) => identityId === target.identityId);
    const [campaign] = await w.environment.store.campaigns();
    if (!found || !campaign) throw new Error('unknown target');
    const ref = itemRef(campaign, found);
    const { decision } = await storedItem(w, ref);
    const removals = await w.environment.store.removalsOf(ref.identityKey);
    const removal = removals.find(({ state: now }) => now === 'executing');
    if (removal) seen.executions.push({ removal, verdict: decision?.verdict, at: w.clock.now() });
    return receipt;
  };
  return seen;
}

/** Whether work failed only because somebody else was first, or is at it: it is delivered again. */
export function isRace(error: unknown): boolean {
  return error instanceof ConflictError || (error instanceof UpstreamError && error.code === 'NOT_READY');
}

/** People are refused, and lose races; nothing else may go wrong. */
async function allowed(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof RefusedError || error instanceof InvalidInputError || isRace(error))) throw error;
  }
}

interface Stage {
  readonly w: World;
  readonly campaign: Campaign;
  readonly seen: Seen;
  /** Of the act: the same act again has the same. */
  readonly actId: string;
}

type Performers = {
  readonly [K in Act['kind']]: (stage: Stage, act: Extract<Act, { kind: K }>) => Promise<void>;
};

const identityAt = (index: number): Identity => IDENTITIES[index] ?? IDENTITIES[0];
const personAt = (index: number): string => WHO[index] ?? WHO[0];

function remembered({ seen }: Stage, work: () => Promise<unknown>): Promise<void> {
  seen.acts.push(work);
  return allowed(work());
}

function requestOf(verdict: number, now: Instant, to: string): DecisionRequest {
  const requests: DecisionRequest[] = [
    { verdict: 'certify', reason: 'in use' },
    { verdict: 'certify', reason: 'in use' },
    { verdict: 'revoke', reason: 'gone' },
    { verdict: 'revoke', reason: 'gone' },
    { verdict: 'except', reason: 'soon', until: plusDays(now, 12), compensatingControl: 'alert' },
    { verdict: 'retire', reason: 'replaced', on: plusDays(now, 6) },
    { verdict: 'reassign', reason: 'theirs', to },
  ];
  return requests[verdict] ?? { verdict: 'not-mine', reason: '' };
}

const PERFORMERS: Performers = {
  wait: async () => undefined,
  async answer(stage, { item: index, who: by, verdict }) {
    const { w, campaign, actId } = stage;
    const ref = itemRef(campaign, identityAt(index));
    const { reviewerId } = await storedItem(w, ref);
    // Mostly the one who was asked; sometimes somebody else.
    const person = by % 2 === 0 ? reviewerId : personAt(by);
    const request = requestOf(verdict, w.clock.now(), personAt(by));
    return remembered(stage, () => w.actions.decide({ item: ref, request, who: w.who(person), actId }));
  },
  async undo(stage, { item: index, who: by }) {
    const { w, campaign, actId } = stage;
    const { identityKey } = itemRef(campaign, identityAt(index));
    const removal = (await w.environment.store.removalsOf(identityKey)).at(by % 2 === 0 ? -1 : 0);
    if (!removal) return;
    const { removalId, ownerId } = removal;
    const whom = w.who(by % 2 === 0 ? ownerId : personAt(by));
    await remembered(stage, () =>
      w.actions.undo({ identityKey, removalId, reason: 'needed', who: whom, actId }),
    );
  },
  claim(stage, { who: by }) {
    const { w, campaign, actId } = stage;
    const ref = itemRef(campaign, IDENTITIES[4]);
    return remembered(stage, () => w.actions.claim({ item: ref, who: w.who(personAt(by)), actId }));
  },
  async agree(stage, { who: by, agree }) {
    const { w, actId } = stage;
    const person = personAt(by);
    const { approvals } = await viewDesk(w.environment)(person);
    for (const [index, pending] of approvals.entries()) {
      const word = { ...pending, agree, reason: 'looked', who: w.who(person), actId: `${actId}/${index}` };
      await remembered(stage, () => w.actions.approve(word));
    }
  },
  steer({ w, campaign }, { act: steering }) {
    const reason = 'why not';
    const asked =
      steering === 'extend' ? ({ act: steering, days: 2, reason } as const) : { act: steering, reason };
    return allowed(w.steerCampaign(campaign.campaignId, asked, w.who('max')));
  },
  async again({ seen }, { which }) {
    const earlier = seen.acts[which % Math.max(1, seen.acts.length)];
    if (earlier) await allowed(earlier());
  },
  async redeliver({ w, seen }, { which }) {
    const work = seen.deliveries[which % Math.max(1, seen.deliveries.length)];
    if (work) await allowed(w.work(work));
  },
  async unreachable({ w }, { who: by, away }) {
    if (away) w.unreachable.add(personAt(by));
    else w.unreachable.delete(personAt(by));
  },
};

/** Lets one act happen. */
export function perform(stage: Stage, one: Act): Promise<void> {
  const performer = PERFORMERS[one.kind] as (at: Stage, what: Act) => Promise<void>;
  return performer(stage, one);
}
