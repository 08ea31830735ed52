// A release in the middle of its work: one campaign under way, another that a power cut left half opened. It is lived by
// the release that is recorded; later ones must go on from what it stored.
import { noteSigner, p256Signer } from '../../../lib/adapters/crypto/signers.ts';
import { verifyP256 } from '../../../lib/adapters/crypto/verify-signatures.ts';
import { createLedgerStore } from '../../../lib/adapters/dynamodb/ledger-store.ts';
import { createReviewStore } from '../../../lib/adapters/dynamodb/review-store.ts';
import { readDefinition } from '../../../lib/application/apply-definition.ts';
import { registerFirstKeys } from '../../../lib/application/ledger/rotate-key.ts';
import { sealLedger } from '../../../lib/application/ledger/seal-ledger.ts';
import type { ReviewStore } from '../../../lib/application/ports/review-store.ts';
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import type { DecisionRequest, ItemRef } from '../../../lib/domain/review/decision.ts';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import { HOUR_MS, plusDays, plusMs } from '../../../lib/domain/time.ts';
import { itemRef, ownedIdentity } from '../reviews.ts';
import { DEFINITION, MONDAY, PEOPLE, TEAMS, type World, world } from '../world.ts';
import { recordedAttestationKey, recordedLogKey } from './recorded-keys.ts';
import type { Tables } from './tables.ts';

const powerful: Partial<Identity> = {
  entitlements: {
    level: 'admin',
    admin: 'yes',
    adminReason: 'AdministratorAccess',
    services: [],
    policies: [],
    trust: [{ principal: 'AWS:*', external: true, wildcard: true, conditions: [] }],
  },
};

/** What is reviewed, by what becomes of it while the release runs. */
export const REVIEWED = {
  kept: ownedIdentity('kept', 'ada'),
  revoked: ownedIdentity('revoked', 'ada'),
  brought: ownedIdentity('brought-back', 'ada'),
  excepted: ownedIdentity('excepted', 'ada'),
  promised: ownedIdentity('promised', 'ada'),
  /** Still open; answered after the upgrade. */
  late: ownedIdentity('late', 'ben'),
  /** Nobody ever answers. */
  silent: ownedIdentity('silent', 'ben'),
  /** Kept by its owner; waits for the second person. */
  critical: ownedIdentity('critical', 'ada', powerful),
  orphan: ownedIdentity('orphan', ''),
} as const satisfies Record<string, Identity>;

/** The campaign under way, and the one that is half opened. */
export const [UNDER_WAY, HALF_OPENED] = ['quarterly-20260907', 'second'] as const;

/** Name of the recorded log. */
export const ORIGIN = 'recorded.countersign.example/log';

/** As on the embedded stack. They are part of what is stored: a recording is gone on with by the same number. */
const SHARDS = 2;
/** Between two ticks, in ms. */
export const STEP_MS = 6 * HOUR_MS;
const REVIEWERS = { ...DEFINITION.reviewers, secondApproverTiers: ['critical' as const, 'high' as const] };

/** A world over those tables, and its log. */
export async function worldOver(tables: Tables) {
  const signer = p256Signer(recordedAttestationKey());
  const logSigner = noteSigner(ORIGIN, recordedLogKey());
  const w = await world({
    identities: Object.values(REVIEWED),
    store: (clock) =>
      createReviewStore({
        client: tables.client,
        table: tables.reviews,
        clock,
        dueShards: SHARDS,
        inboxShards: SHARDS,
      }),
    definition: { reviewers: REVIEWERS },
    signer,
    lenient: true,
  });
  const ledger = createLedgerStore({ client: tables.client, table: tables.ledger });
  const deps = { store: w.environment.store, ledger, clock: w.clock };
  await registerFirstKeys(deps, { attestation: signer, log: logSigner })();
  const seal = sealLedger({
    ...deps,
    alarm: { raise: async ({ message }) => Promise.reject(new Error(message)) },
    noteSigners: [logSigner],
    checkP256: async (spki, message, der) => verifyP256(spki, message, der),
  });
  const sealAll = async () => {
    while ((await seal()).outcome === 'sealed');
  };
  return { ...w, ledger, logSigner, sealAll };
}

/** Somebody answers, once. */
export const answer = (w: World, item: ItemRef, personId: string, request: DecisionRequest) =>
  w.actions.decide({
    item,
    request,
    who: w.who(personId),
    actId: `${personId} ${item.campaignId} ${item.identityKey} ${request.verdict}`,
  });

/** Lives the first days: answers of every kind, one switched off, one brought back, some sealed; then the power cut. */
export async function liveMidFlight(w: Awaited<ReturnType<typeof worldOver>>): Promise<void> {
  const campaign = await w.open();
  const of = (identity: Identity) => itemRef(campaign, identity);
  const until = plusDays(MONDAY, 60);
  w.unreachable.add('fay');
  await answer(w, of(REVIEWED.kept), 'ada', { verdict: 'certify', reason: 'runs every night' });
  await answer(w, of(REVIEWED.revoked), 'ada', { verdict: 'revoke', reason: 'replaced' });
  await answer(w, of(REVIEWED.brought), 'ada', { verdict: 'revoke', reason: 'unused' });
  await answer(w, of(REVIEWED.promised), 'ada', { verdict: 'reduce', reason: 'too wide', to: 'reading' });
  const excepted = of(REVIEWED.excepted);
  const compensatingControl = 'an alert on every use';
  await answer(w, excepted, 'ada', { verdict: 'except', reason: 'moving', until, compensatingControl });
  const [exception] = await w.environment.store.exceptionsOf(excepted.identityKey);
  await w.actions.approve({
    kind: 'exception',
    ...excepted,
    id: exception?.exceptionId ?? '',
    agree: true,
    reason: 'for two months',
    who: w.who('rita'),
    actId: 'grant',
  });
  await answer(w, of(REVIEWED.critical), 'ada', { verdict: 'certify', reason: 'administers the cluster' });
  await w.until(plusDays(MONDAY, 1), STEP_MS);
  await w.sealAll();
  const brought = of(REVIEWED.brought);
  const [removal] = await w.environment.store.removalsOf(brought.identityKey);
  await w.actions.undo({
    identityKey: brought.identityKey,
    removalId: removal?.removalId ?? '',
    reason: 'a job needs it',
    who: w.who('ada'),
    actId: 'undo',
  });
  await w.until(plusDays(MONDAY, 2), STEP_MS);
  await halfOpen(w);
}

/** Begins a second campaign, and loses power before it is open. */
async function halfOpen(w: World): Promise<void> {
  const { environment } = w;
  const directory = directoryOf(PEOPLE, TEAMS);
  const input = { ...DEFINITION, reviewers: REVIEWERS, definitionId: 'monthly', title: 'Monthly review' };
  const definition = readDefinition(input, directory, environment.expressions, 'test');
  await w.applyDefinition(definition, w.who('max'), 'rita');
  w.setClock(plusMs(w.clock.now(), 60_000));
  const { store } = environment;
  const commit = store.commit.bind(store);
  const cutting: ReviewStore['commit'] = async (writes) => {
    if (writes.some(({ kind, record }) => kind === 'campaign' && record?.state === 'open'))
      throw new Error('power cut');
    await commit(writes);
  };
  Object.assign(store, { commit: cutting });
  try {
    await w.openCampaign({ definitionId: 'monthly', launchedBy: 'max', campaignId: HALF_OPENED });
    throw new Error('It opened all the same.');
  } catch (error) {
    if (!(error instanceof Error) || error.message !== 'power cut') throw error;
  } finally {
    Object.assign(store, { commit });
  }
}
