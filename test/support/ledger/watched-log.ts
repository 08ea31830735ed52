// A test log with everybody who follows it: locked files, a witness, a board, an index.
import { verifyEd25519 } from '../../../lib/adapters/crypto/verify-signatures.ts';
import { createMemoryHistoryIndex } from '../../../lib/adapters/memory/ledger-history-index.ts';
import { createMemoryWitnessStore } from '../../../lib/adapters/memory/ledger-witness-store.ts';
import { copyLedger } from '../../../lib/application/ledger/copy-ledger.ts';
import { cosignCheckpoint } from '../../../lib/application/ledger/cosign-checkpoint.ts';
import { indexHistory } from '../../../lib/application/ledger/index-history.ts';
import { postCheckpoint } from '../../../lib/application/ledger/post-checkpoint.ts';
import { tendLedger } from '../../../lib/application/ledger/tend-ledger.ts';
import type { AlarmCall } from '../../../lib/application/ports/alarm.ts';
import type { LockedFiles } from '../../../lib/application/ports/locked-files.ts';
import type { Witness } from '../../../lib/application/ports/witness.ts';
import { cosignHeads } from '../../../lib/application/witness/cosign-heads.ts';
import { IntegrityError } from '../../../lib/domain/errors.ts';
import {
  clockOf,
  logVerifierKey,
  ORIGIN,
  openTestLog,
  witnessSigner,
  witnessVerifierKey,
} from './test-log.ts';

/** Write-once files in memory. */
export function memoryLockedFiles(): LockedFiles & { readonly names: () => string[] } {
  const files = new Map<string, string>();
  return {
    names: () => [...files.keys()].toSorted(),
    put: async (name, bytes) => {
      const text = Buffer.from(bytes).toString('base64');
      if ((files.get(name) ?? text) !== text) {
        throw new IntegrityError({ code: 'FORK', message: `${name} exists with other content.` });
      }
      files.set(name, text);
    },
    get: async (name) => {
      const text = files.get(name);
      return text === undefined ? undefined : new Uint8Array(Buffer.from(text, 'base64'));
    },
    list: async function* (prefix) {
      yield* [...files.keys()].filter((name) => name.startsWith(prefix)).toSorted();
    },
  };
}

/** A witness with a memory and a key of its own. */
export function openTestWitness() {
  const store = createMemoryWitnessStore();
  const alarms: AlarmCall[] = [];
  const wallClock = clockOf(Date.parse('2031-05-05T05:05:05.000Z'));
  const cosign = cosignHeads({
    origin: ORIGIN,
    logKeys: [logVerifierKey],
    cosigner: witnessSigner,
    store,
    checkEd25519: verifyEd25519,
    wallClock,
    alarm: { raise: async (call) => void alarms.push(call) },
  });
  const witness: Witness = { key: witnessVerifierKey, cosign };
  return { store, alarms, wallClock, cosign, witness };
}

/** Opens the log and its followers. A log and a witness may be shared with another one, to try a split view. */
export async function openWatchedLog(
  options: {
    readonly log?: Awaited<ReturnType<typeof openTestLog>>;
    readonly witness?: ReturnType<typeof openTestWitness>;
    readonly everyMs?: number;
  } = {},
) {
  const log = options.log ?? (await openTestLog());
  const witness = options.witness ?? openTestWitness();
  const files = memoryLockedFiles();
  const history = createMemoryHistoryIndex();
  const posts: string[] = [];
  const { everyMs = 0 } = options;
  const copy = copyLedger({ ...log, files });
  const cosign = cosignCheckpoint({ ...log, files, witnesses: [witness.witness] });
  const post = postCheckpoint({ ...log, boards: [{ post: async (note) => void posts.push(note) }], everyMs });
  const index = indexHistory({ ...log, history });
  const tend = tendLedger({ ...log.deps, followers: [copy, cosign, post, index] });
  return { ...log, witness, files, history, posts, copy, cosign, post, index, tend };
}
