import type { Instant } from '../../domain/time.ts';

/** Where business rules learn what time it is. Signatures, TLS and SDK calls use the wall clock instead. */
export interface Clock {
  now(): Instant;
}
