// The log's use cases, put together from its ports.

import type { Attestor } from '../application/attest.ts';
import type { CountAttestations } from '../application/close-campaign.ts';
import { campaignRoot } from '../application/ledger/campaign-root.ts';
import { copyLedger } from '../application/ledger/copy-ledger.ts';
import { cosignCheckpoint } from '../application/ledger/cosign-checkpoint.ts';
import { heartbeat } from '../application/ledger/heartbeat.ts';
import { indexHistory } from '../application/ledger/index-history.ts';
import { postCheckpoint } from '../application/ledger/post-checkpoint.ts';
import { type LedgerView, openLedger } from '../application/ledger/read-ledger.ts';
import type { SealDeps } from '../application/ledger/seal-ledger.ts';
import { type TendReport, tendLedger } from '../application/ledger/tend-ledger.ts';
import type { Alarm } from '../application/ports/alarm.ts';
import type { CheckpointBoard } from '../application/ports/checkpoint-board.ts';
import type { Clock } from '../application/ports/clock.ts';
import type { HistoryIndex } from '../application/ports/history-index.ts';
import type { LedgerStore } from '../application/ports/ledger-store.ts';
import type { LockedFiles } from '../application/ports/locked-files.ts';
import type { ReviewStore } from '../application/ports/review-store.ts';
import type { NoteSigner, VerifyEd25519 } from '../application/ports/signer.ts';
import type { Witness } from '../application/ports/witness.ts';
import { UpstreamError } from '../domain/errors.ts';
import type { Log } from './log.ts';

/** What the log is put together from. */
export interface LedgerPorts {
  readonly store: ReviewStore;
  readonly ledger: LedgerStore;
  readonly clock: Clock;
  readonly attestor: Attestor;
  readonly checkP256: SealDeps['checkP256'];
  readonly checkEd25519: VerifyEd25519;
  /** The key in use first; during a rotation both. */
  readonly noteSigners: readonly [NoteSigner, ...NoteSigner[]];
  readonly alarm: Alarm;
  readonly files: LockedFiles;
  readonly witnesses: readonly Witness[];
  readonly boards: readonly CheckpointBoard[];
  readonly history: HistoryIndex;
  /** Least time between two posts of the head, in ms. */
  readonly postEveryMs: number;
  readonly log: Pick<Log, 'error'>;
}

/** Everything the log can do. */
export interface LedgerCases {
  /** Attests that the service is alive, once an hour however often it is called. */
  heartbeat(): Promise<unknown>;
  /** Seals what waits, then brings copies, cosignatures, posts and the index up to date. */
  tend(): Promise<TendReport>;
  /** The log as readers trust it: up to its head. */
  view(): Promise<LedgerView>;
  /** Seals what waits, then counts a campaign's attestations. */
  readonly countAttestations: CountAttestations;
  readonly history: HistoryIndex;
  /** The rows themselves, for exports. */
  readonly ledger: LedgerStore;
  readonly origin: string;
}

/** A board that cannot be reached gets the head with a later pass; neither the log nor a campaign's close waits for it. */
function unlessOutOfReach(post: () => Promise<void>, log: Pick<Log, 'error'>): () => Promise<void> {
  return async () => {
    try {
      await post();
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      log.error('head not posted', { error });
    }
  };
}

/** Puts the log together. */
export function ledgerCases(ports: LedgerPorts): LedgerCases {
  const { store, ledger, clock, files, history } = ports;
  const follow = { store, ledger, clock };
  const origin = ports.noteSigners[0].name;
  const tend = tendLedger({
    store,
    ledger,
    clock,
    checkP256: ports.checkP256,
    noteSigners: ports.noteSigners,
    alarm: ports.alarm,
    followers: [
      copyLedger({ ...follow, files }),
      cosignCheckpoint({ ...follow, files, witnesses: ports.witnesses, checkEd25519: ports.checkEd25519 }),
      unlessOutOfReach(
        postCheckpoint({ ...follow, boards: ports.boards, everyMs: ports.postEveryMs }),
        ports.log,
      ),
      indexHistory({ ...follow, history }),
    ],
  });
  const rootOf = campaignRoot({ history });
  return {
    origin,
    history,
    ledger,
    tend,
    countAttestations: async (campaignId) => rootOf(campaignId, (await tend()).size),
    heartbeat: heartbeat({ store, attestor: ports.attestor, clock, origin }),
    view: async () => openLedger({ store, ledger }),
  };
}
