import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateKey } from '../../lib/adapters/crypto/key-file.ts';
import { p256Signer } from '../../lib/adapters/crypto/signers.ts';
import { createReviewStore } from '../../lib/adapters/dynamodb/review-store.ts';
import { createMemoryReviewStore } from '../../lib/adapters/memory/review-store.ts';
import { Work } from '../../lib/application/work.ts';
import type { DefinitionInput } from '../../lib/domain/campaign/definition.ts';
import { identityKeyOf } from '../../lib/domain/identity/identity-id.ts';
import type { DecisionRequest } from '../../lib/domain/review/decision.ts';
import { HOUR_MS, MINUTE_MS, plusDays, plusMs } from '../../lib/domain/time.ts';
import { openStore } from '../adapters/dynamodb/open-store.ts';
import { type Power, PowerCut, wire } from '../support/power-cuts.ts';
import { itemRef, ownedIdentity } from '../support/reviews.ts';
import { DEFINITION, MONDAY, PEOPLE, type World, world } from '../support/world.ts';

const SIGNER = p256Signer(generateKey('p256'));
const [kept, gone, spared, silent, orphan] = ['kept', 'gone', 'spared', 'silent', 'orphan'].map((name) =>
  ownedIdentity(name, name === 'orphan' ? '' : 'ada'),
) as [Identity, Identity, Identity, Identity, Identity];
type Identity = ReturnType<typeof ownedIdentity>;
const ALL = [kept, gone, spared, silent, orphan];

/** How long the power is away: leases run out meanwhile, and after eight times it is not yet too late in the day to tell people. */
const AWAY_MS = 18 * MINUTE_MS;

const RULES: Partial<DefinitionInput> = {
  reviewers: { ...DEFINITION.reviewers, secondApproverTiers: ['critical', 'high', 'medium', 'low'] },
  enforcement: { defaultMode: 'armed', caps: [{ per: 'campaign', count: 1 }] },
};

/** Everything that happens in one small campaign. Each step may be repeated from its beginning, as deliveries are. */
const STEPS: readonly ((w: World) => Promise<unknown>)[] = [
  (w) => w.open(),
  (w) => at(w, plusMs(MONDAY, 3 * HOUR_MS)),
  (w) => decide(w, kept, 'ada', { verdict: 'certify', reason: 'in use' }),
  (w) => decide(w, gone, 'ada', { verdict: 'revoke', reason: 'gone' }),
  (w) =>
    decide(w, spared, 'ada', {
      verdict: 'except',
      reason: 'migration',
      until: plusDays(MONDAY, 28),
      compensatingControl: 'alert',
    }),
  (w) => approve(w, 'second-decision', kept, 'rita'),
  (w) => approve(w, 'exception', spared, 'rita'),
  (w) => at(w, plusMs(MONDAY, 8 * HOUR_MS)),
  // Long enough to be told that it is off, however late that was.
  (w) => at(w, plusMs(w.clock.now(), HOUR_MS / 2)),
  (w) => undo(w, gone, 'ada'),
  (w) => decide(w, gone, 'ada', { verdict: 'certify', reason: 'needed after all' }, 'again'),
  (w) => approve(w, 'second-decision', gone, 'rita'),
  (w) => decide(w, orphan, 'fay', { verdict: 'not-mine', reason: '' }).catch(rethrowCut),
  async (w) => {
    const { dueAt, graceEndsAt } = await campaignOf(w);
    // Every working day of grace, early enough that what is put off by a power cut still falls into the same day.
    for (let day = 0; day < 4; day += 1) {
      await at(w, plusDays(dueAt, day + 0.4));
      await at(w, plusDays(dueAt, day + 0.6));
    }
    await at(w, plusMs(graceEndsAt, HOUR_MS));
  },
  (w) => at(w, plusDays(MONDAY, 29.1)),
  (w) => approve(w, 'removal-hold', silent, 'max'),
  (w) => approve(w, 'removal-hold', orphan, 'max', false),
  (w) => at(w, plusDays(MONDAY, 30.1)),
  (w) => at(w, plusDays(MONDAY, 31.1)),
  (w) => at(w, plusDays(MONDAY, 34.1)),
  async (w) => at(w, plusDays((await campaignOf(w)).closeBy, 1)),
];

function rethrowCut(error: unknown): void {
  if (error instanceof PowerCut) throw error;
}

async function campaignOf(w: World) {
  const [campaign] = await w.environment.store.campaigns();
  if (!campaign) throw new Error('no campaign');
  return campaign;
}

/** Lets time pass and does what falls due; a message leaves its queue when its work is done. */
async function at(w: World, instant: typeof MONDAY): Promise<void> {
  if (w.clock.now() < instant) w.setClock(instant);
  for (let round = 0; round < 40; round += 1) {
    const dispatched = await w.tick();
    while (w.queued.length > 0) {
      await w.work(Work.parse(JSON.parse(JSON.stringify(w.queued[0]?.body))));
      w.queued.shift();
    }
    if (dispatched === 0) return;
  }
  throw new Error('there is no end to what is due');
}

async function decide(w: World, of: Identity, personId: string, request: DecisionRequest, again = '') {
  const item = itemRef(await campaignOf(w), of);
  await w.actions.decide({ item, request, who: w.who(personId), actId: `decide-${of.name}${again}` });
}

async function undo(w: World, of: Identity, personId: string) {
  const { identityKey } = itemRef(await campaignOf(w), of);
  const [removal] = await w.environment.store.removalsOf(identityKey);
  await w.actions.undo({
    identityKey,
    removalId: removal?.removalId ?? '',
    reason: 'needed',
    who: w.who(personId),
    actId: 'undo',
  });
}

async function approve(
  w: World,
  kind: 'second-decision' | 'exception' | 'removal-hold',
  of: Identity,
  personId: string,
  agree = true,
) {
  const ref = itemRef(await campaignOf(w), of);
  const { store } = w.environment;
  const item = await store.get('item', ref as never);
  const [exception] = await store.exceptionsOf(ref.identityKey);
  const removal = (await store.removalsOf(ref.identityKey)).at(-1);
  const ids = {
    'second-decision': item?.decision?.attestationId,
    exception: exception?.exceptionId,
    'removal-hold': removal?.removalId,
  };
  await w.actions.approve({
    kind,
    ...ref,
    id: ids[kind] ?? '',
    agree,
    reason: 'looked at it',
    who: w.who(personId),
    actId: `approve-${kind}-${of.name}`,
  });
}

/** Plays it all; `cuts` are numbers of calls after which the power goes, each counted from the last. */
async function play(w: World, power: Power, cuts: readonly number[], when: 'before' | 'after') {
  const left = [...cuts];
  power.cutAt(left.shift(), when);
  for (const step of STEPS) {
    for (let tries = 0; ; tries += 1) {
      try {
        await step(w);
        break;
      } catch (error) {
        if (!power.restore()) throw error;
        if (tries > 40) throw new Error('a step never ends', { cause: error });
        power.cutAt(left.shift(), when);
        w.setClock(plusMs(w.clock.now(), AWAY_MS));
      }
    }
  }
  power.cutAt(undefined, when);
  // The reminder that was being written when the power went, and what else came late.
  await at(w, plusMs(w.clock.now(), HOUR_MS));
}

/** What must be the same however often the power went: everything but times, versions and repeated attempts. */
async function essence(w: World) {
  const { store } = w.environment;
  const campaign = await campaignOf(w);
  const identities = await Promise.all(
    ALL.map(async ({ name, identityId }) => {
      const key = identityKeyOf(identityId);
      const [item] = await store.itemsOf(key);
      const removals = await store.removalsOf(key);
      const exceptions = await store.exceptionsOf(key);
      return {
        name,
        on: w.target.enabled.get(identityId),
        item: item && {
          state: item.state,
          verdict: item.decision?.verdict,
          awaitingSecond: item.decision?.awaitingSecond,
          silent: item.noResponseId !== undefined,
          round: item.round,
          answers: item.answers,
          removals: item.removalIds.length,
        },
        removals: removals.map(({ cause, state, verification, preImage, holds, steps }) => ({
          cause,
          state,
          level: verification?.level,
          wasEnabled: preImage?.wasEnabled,
          holds: holds.map(({ code }) => code),
          steps,
        })),
        exceptions: exceptions.map(({ state }) => state),
      };
    }),
  );
  const dockets = (await store.docketsIn(campaign.campaignId)).entries
    .map(({ reviewerId, state, servedRungs }) => ({
      reviewerId,
      chasing: state === 'chasing',
      rungs: servedRungs.map((id) => id.replace(/^reopened@.*/, 'reopened')).toSorted(),
    }))
    .toSorted((a, b) => (a.reviewerId < b.reviewerId ? -1 : 1));
  const counter = await store.get('counter', { counterId: `campaign/${campaign.campaignId}` });
  return {
    campaign: { state: campaign.state, counts: campaign.counts, findings: campaign.findings },
    identities,
    dockets,
    counted: counter?.count,
    disables: w.target.disables.toSorted(),
    notices: (await notices(w)).map(({ personId, channel, purpose, state }) =>
      [personId, channel, purpose, state].join('/'),
    ),
    attested: await attestedFacts(w),
  };
}

async function notices(w: World) {
  const pages = await Promise.all(
    PEOPLE.map(({ personId }) => w.environment.store.noticesOf(personId, { limit: 500 })),
  );
  return pages
    .flatMap(({ entries }) => entries)
    .toSorted((a, b) =>
      `${a.personId}${a.purpose}${a.channel}` < `${b.personId}${b.purpose}${b.channel}` ? -1 : 1,
    );
}

/** How often each kind of fact was attested about each subject; how an inventory was made may be said twice. */
async function attestedFacts(w: World): Promise<Record<string, number>> {
  const { store } = w.environment;
  const counts: Record<string, number> = {};
  for (let shard = 0; shard < store.inboxShards; shard += 1) {
    for (const { envelope, attestationId } of (await store.inbox(shard, { limit: 500 })).entries) {
      expect(await store.get('attested', { attestationId })).toBeDefined();
      const { payload } = JSON.parse(envelope) as { payload: string };
      const statement = JSON.parse(Buffer.from(payload, 'base64').toString()) as {
        predicateType: string;
        subject: { name: string }[];
        predicate: { step?: string };
      };
      if (statement.predicateType.includes('collection')) continue;
      const subject = statement.subject[0]?.name.startsWith('notice/')
        ? 'a notice'
        : statement.subject[0]?.name;
      const name = [statement.predicateType, statement.predicate.step, subject].join(' ');
      counts[name] = (counts[name] ?? 0) + 1;
    }
  }
  return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Each notice went out once a claim; again only late, recorded as such, and once a cut that left a claim unconfirmed. */
async function expectNoSilentDuplicates(w: World, cuts: number) {
  const times = new Map<string, number>();
  for (const { noticeId } of w.sent) times.set(noticeId, (times.get(noticeId) ?? 0) + 1);
  const all = await notices(w);
  for (const { noticeId, personId, purpose, state, attempts, maybeDuplicate } of all) {
    const sent = times.get(noticeId) ?? 0;
    expect(sent, `${personId} ${purpose}`).toBeLessThanOrEqual(maybeDuplicate ? attempts : 1);
    expect(sent, `${personId} ${purpose} ${state}`).toBeGreaterThanOrEqual(1);
  }
  expect(w.sent.length - times.size, 'sent again').toBeLessThanOrEqual(cuts);
}

const fresh = () =>
  world({
    identities: ALL,
    definition: RULES,
    signer: SIGNER,
    store: () => createMemoryReviewStore({ dueShards: 1, inboxShards: 1 }),
  });

async function undisturbed() {
  const w = await fresh();
  const power = wire(w);
  await play(w, power, [], 'before');
  return { calls: power.calls, essence: await essence(w) };
}

const reference = undisturbed();

async function expectSameAfter(cuts: readonly number[], when: 'before' | 'after', w?: World) {
  const cut = w ?? (await fresh());
  await play(cut, wire(cut), cuts, when);
  expect(await essence(cut), `${when} ${cuts.join(', ')}`).toEqual((await reference).essence);
  await expectNoSilentDuplicates(cut, cuts.length);
}

describe('when the power is cut', () => {
  test('the story has an answer, an exception, silence, a switch-off, an undo and a second word in it', async () => {
    const { essence: found } = await reference;
    expect(found.campaign.state).toBe('closed-with-findings');
    expect(found.identities.map(({ removals }) => removals.at(-1)?.state)).toEqual([
      undefined,
      'restored',
      'held',
      'quarantined',
      'cancelled',
    ]);
  });

  test.each(['before', 'after'] as const)(
    'at any one call, %s it took effect, all ends as if nothing had happened',
    async (when) => {
      const { calls } = await reference;
      for (let call = 7; call <= calls; call += 29) await expectSameAfter([call], when);
    },
    30_000,
  );

  test.each([
    // Found by chance: cuts close to each other, where one that makes up for another is cut as well.
    { cuts: [251, 16, 1], when: 'after' as const },
    { cuts: [109, 115, 12, 1], when: 'before' as const },
    { cuts: [273, 73, 355, 273, 12], when: 'before' as const },
    { cuts: [274, 1, 1], when: 'after' as const },
  ])('$when calls $cuts, counted on, all ends as if nothing had happened', ({ cuts, when }) =>
    expectSameAfter(cuts, when),
  );

  test('again and again, nothing is lost and nothing doubled', async () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 2, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(cuts, fc.constantFrom('before' as const, 'after' as const), (after, when) =>
        expectSameAfter(after, when),
      ),
      { numRuns: 15 },
    );
  }, 30_000);

  test('on DynamoDB, all ends as it does in memory', async () => {
    const opened = await openStore(1);
    try {
      const w = await world({
        identities: ALL,
        definition: RULES,
        signer: SIGNER,
        store: (clock) =>
          createReviewStore({ client: opened.client, table: 'reviews', clock, dueShards: 1, inboxShards: 1 }),
      });
      await expectSameAfter([150, 200, 250], 'after', w);
    } finally {
      await opened.close();
    }
  }, 30_000);
});
