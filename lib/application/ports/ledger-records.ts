// What is stored of facts on their way into the ledger, and how far each follower of it has come.
import type { Instant } from '../../domain/time.ts';
import type { Versioned } from './versioned.ts';

/** That a fact has been attested. Permanent: the same fact is never attested twice. */
export interface AttestedRecord extends Versioned {
  readonly attestationId: string;
  readonly predicateType: string;
  readonly at: Instant;
  readonly leafHash: string;
}

/** An attestation on its way into the log: the envelope exactly as signed. */
export interface InboxRecord extends Versioned {
  readonly attestationId: string;
  readonly envelope: string;
  readonly receivedAt: Instant;
}

/** `sealed` is the head of the ledger; the others say how far each follower of it has come. */
export type LedgerPointer = 'sealed' | 'copied' | 'cosigned' | 'posted' | 'indexed';

/** A place in the ledger: the tree of `size` leaves. Readers trust only indexes below the size of `sealed`. */
export interface LedgerPointerRecord extends Versioned {
  readonly pointer: LedgerPointer;
  readonly size: number;
  /** Lowercase hexadecimal Merkle root of that tree. */
  readonly root: string;
  /** When the pass that made this tree reserved it, by the business clock. */
  readonly sealedAt: Instant;
  readonly movedAt: Instant;
}
