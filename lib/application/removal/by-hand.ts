// A switch-off that a person did by hand: no connector recorded a state it could read back, check or put back.
import type { PreImage } from '../../domain/removal/pre-image.ts';
import type { Removal } from '../../domain/removal/removal.ts';
import type { VerificationResult } from '../ports/connector.ts';

/** What is kept of something switched off by hand: the task, and that it was on. */
export function preImageByHand(removal: Removal, takenAt: Removal['plannedAt']): PreImage {
  return {
    connector: removal.connector,
    label: removal.name,
    wasEnabled: true,
    takenAt,
    detail: { manualTask: removal.removalId },
  };
}

/** Whether a person did it: then the connector is not asked about a state it never wrote. */
export function isByHand({ detail }: PreImage): boolean {
  return typeof detail['manualTask'] === 'string';
}

/** Unchecked, and says why: somebody's word is all there is. */
export function checkByHand({ executedAt }: Removal): VerificationResult {
  return {
    level: 'unchecked',
    reasons: [
      `switched off by hand, on the word of a person (${executedAt ?? 'time unknown'}); nothing was read back`,
    ],
    sessionsMayLiveUntil: undefined,
    drifted: false,
  };
}
