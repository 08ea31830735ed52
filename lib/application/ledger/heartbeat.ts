// The hourly pulse: an idle log would repeat its last checkpoint for ever, and silence would look like peace.
import { sha256Hex } from '../../domain/attestation/bytes/sha256.ts';
import { hexBytes, utf8Bytes } from '../../domain/attestation/bytes/text-bytes.ts';
import { formatCheckpoint } from '../../domain/attestation/log/checkpoint.ts';
import { ConflictError } from '../../domain/errors.ts';
import { type Instant, plusDays } from '../../domain/time.ts';
import type { Attestor } from '../attest.ts';
import type { Clock } from '../ports/clock.ts';
import { create, type ReviewStore } from '../ports/review-store.ts';
import { readPlace } from './pointers.ts';

/** What the pulse needs. */
export interface HeartbeatDeps {
  readonly store: ReviewStore;
  readonly attestor: Attestor;
  readonly clock: Clock;
  /** The log's origin, as on its checkpoints. */
  readonly origin: string;
}

/** Id of the mark that says an hour's heartbeat was attested. */
export function heartbeatId(at: Instant): string {
  return `heartbeat#${at.slice(0, 13)}`;
}

/** Makes the use case: attests that the service is alive, once an hour however often it is called. */
export function heartbeat(deps: HeartbeatDeps): () => Promise<{ readonly outcome: 'attested' | 'already' }> {
  const { store, attestor, clock, origin } = deps;
  return async () => {
    const at = clock.now();
    const hour = at.slice(0, 13);
    const { size, root } = await readPlace(store, 'sealed');
    const text = formatCheckpoint({ origin, size, root: hexBytes(root) });
    const signed = await attestor.attest(
      {
        name: 'heartbeat',
        subject: { name: 'checkpoint', sha256: sha256Hex(utf8Bytes(text)) },
        step: hour,
        ordinal: 0,
        predicate: { build: attestor.build, actor: attestor.system, at, logSize: size },
      },
      at,
    );
    const once = create('handled', {
      schemaVersion: 1,
      version: 1,
      // The subject differs as the log grows, so the attestation's id alone does not say that the hour was marked.
      messageId: heartbeatId(at),
      handledAt: at,
      expiresAt: plusDays(at, 2),
      outcome: signed.attestationId,
    });
    try {
      await store.commit([once, ...signed.writes]);
      return { outcome: 'attested' };
    } catch (error) {
      if (error instanceof ConflictError) return { outcome: 'already' };
      throw error;
    }
  };
}
