// The name of a removal, made from what it is about: planning the same thing again is the same removal.
import { createHash } from 'node:crypto';

/** Deterministic id: `rm-` and 24 hexadecimal digits. `ordinal` tells apart repeated plans for one item. */
export function removalIdOf(about: {
  readonly campaignId: string;
  readonly identityKey: string;
  readonly credentialId: string | undefined;
  readonly ordinal: number;
}): string {
  const { campaignId, identityKey, credentialId, ordinal } = about;
  // JSON keeps the parts apart: a credential id may contain any separator.
  const text = JSON.stringify([campaignId, identityKey, credentialId ?? null, ordinal]);
  return `rm-${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
}
