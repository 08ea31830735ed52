// Checks a promise on re-collection: kept, or missed and said so. Retiring means switching off on the day.

import type { PromiseToChange } from '../domain/review/promise.ts';
import { promiseKept } from '../domain/review/promise-kept.ts';
import { HOUR_MS, plusDays, plusMs } from '../domain/time.ts';
import type { CollectIdentities } from './collect-identities.ts';
import type { Environment } from './environment.ts';
import { noteUnlessVouched } from './events/note-unless-vouched.ts';
import { inventoryOf } from './inventory-of.ts';
import { loadCampaign, loadDefinition, loadSnapshot } from './load.ts';
import { planRemovals } from './plan-removal.ts';
import type { RecordKeys } from './ports/records.ts';
import { update, type Write } from './ports/review-store.ts';
import { remindOfPromise } from './remind-of-promise.ts';
import { reopenWrites } from './removal/reopen-item.ts';

/** Days after its time in which a promise may still be checked; what nobody could see kept is not kept. */
const UNCHECKED_DAYS = 7;
const NOT_CHECKED = `its source could not be read in full for ${UNCHECKED_DAYS} days after it was due`;
const LOOK_AGAIN_MS = 6 * HOUR_MS;

/** Makes the use case: settles one due promise. */
export function settlePromise(environment: Environment, collect: CollectIdentities) {
  return async (
    key: RecordKeys['promise'],
  ): Promise<'nothing' | 'reminded' | 'later' | 'kept' | 'missed' | 'retiring'> => {
    const { store, clock } = environment;
    const promise = await store.get('promise', key);
    const now = clock.now();
    if (!promise || promise.nextDueAt === undefined || promise.nextDueAt > now) return 'nothing';
    if (promise.state !== 'pending') {
      await store.commit([update('promise', promise, { nextDueAt: undefined })]);
      return 'nothing';
    }
    if (promise.dueAt > now) {
      await remindOfPromise(environment, promise);
      return 'reminded';
    }
    // The day of a retirement comes whatever the inventory says: its removal has safeguards of its own.
    if (promise.verdict === 'retire') return retire(environment, promise);
    return check(environment, collect, promise);
  };
}

/** Compares what was promised with what is there, collected after its day. */
async function check(
  environment: Environment,
  collect: CollectIdentities,
  promise: PromiseToChange,
): Promise<'later' | 'kept' | 'missed'> {
  const { store, blobs, clock } = environment;
  const now = clock.now();
  const snapshot = await loadSnapshot(blobs, promise.snapshot);
  const stored = await inventoryOf(store, snapshot.identity);
  const { connector, scope } = snapshot.identity;
  if (!stored || stored.collectedAt < promise.dueAt) await collect(connector, { scope });
  const fresh = await inventoryOf(store, snapshot.identity);
  if (!fresh || fresh.collectedAt < promise.dueAt || fresh.completeness === 'partial') {
    if (now >= plusDays(promise.dueAt, UNCHECKED_DAYS) && fresh)
      return record(environment, promise, { kept: false, finding: NOT_CHECKED }, fresh.inventory);
    await store.commit([update('promise', promise, { nextDueAt: plusMs(now, LOOK_AGAIN_MS) })]);
    return 'later';
  }
  const current = await store.get('identity', { identityKey: promise.identityKey });
  const verdict = promiseKept(promise, snapshot.identity, current?.identity ?? snapshot.identity);
  return record(environment, promise, verdict, fresh.inventory);
}

async function record(
  environment: Environment,
  promise: PromiseToChange,
  verdict: { readonly kept: boolean; readonly finding: string },
  inventory: string,
): Promise<'kept' | 'missed'> {
  const { store, attestor, clock } = environment;
  const at = clock.now();
  const campaign = await loadCampaign(store, promise.campaignId);
  const signed = await attestor.attest(
    {
      name: verdict.kept ? 'promise-kept' : 'promise-missed',
      subject: { name: promise.identityId, sha256: promise.snapshot },
      step: promise.promiseId,
      ordinal: 0,
      predicate: {
        build: attestor.build,
        actor: attestor.system,
        at,
        campaignId: promise.campaignId,
        definitionDigest: campaign.definitionDigest,
        identityId: promise.identityId,
        promiseId: promise.promiseId,
        decision: promise.decisionAttestationId,
        finding: verdict.finding,
        inventory,
      },
    },
    at,
  );
  const state = verdict.kept ? ('kept' as const) : ('missed' as const);
  const writes: Write[] = [
    update('promise', promise, { state, settledAt: at, finding: verdict.finding, nextDueAt: undefined }),
    ...signed.writes,
  ];
  if (!verdict.kept) {
    const item = await store.get('item', {
      campaignId: promise.campaignId,
      identityKey: promise.identityKey,
    });
    const asked = item ? await reopenWrites(environment, { item, campaign }, at, promise.promiseId) : [];
    const missed = {
      event: 'promise-missed',
      identityKey: promise.identityKey,
      cause: `What was promised on ${promise.madeAt.slice(0, 10)} was not done. Found: ${verdict.finding}`,
      at,
      occasion: promise.promiseId,
    } as const;
    // Nobody is asked in a campaign that has closed: a review of its own is opened.
    writes.push(...(asked.length > 0 ? asked : await noteUnlessVouched(environment, missed)));
  }
  await store.commit(writes);
  return state;
}

async function retire(environment: Environment, promise: PromiseToChange): Promise<'retiring' | 'nothing'> {
  const { store, blobs, clock } = environment;
  const at = clock.now();
  const campaign = await loadCampaign(store, promise.campaignId);
  const item = await store.get('item', { campaignId: promise.campaignId, identityKey: promise.identityKey });
  if (!item || item.state === 'open') {
    // The question was opened again since: its next answer decides.
    const finding = 'the question was opened again before its day came';
    await store.commit([
      update('promise', promise, { state: 'withdrawn', settledAt: at, finding, nextDueAt: undefined }),
    ]);
    return 'nothing';
  }
  const planned = await planRemovals(environment, {
    campaign,
    definition: await loadDefinition(blobs, campaign.definitionDigest),
    item,
    cause: 'retired',
    becauseOf: promise.decisionAttestationId,
    executeAfter: at,
    credentialIds: promise.credentialIds,
    ordinal: 2000 + item.answers,
  });
  await store.commit([
    update('promise', promise, {
      state: 'kept',
      settledAt: at,
      finding: 'its day has come; it is being switched off',
      nextDueAt: undefined,
    }),
    update('item', item, {
      removalIds: [...item.removalIds, ...planned.removals.map(({ removalId }) => removalId)],
    }),
    ...planned.writes,
  ]);
  return 'retiring';
}
