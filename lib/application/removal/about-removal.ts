// What every statement about a removal says of it.
import type { Removal } from '../../domain/removal/removal.ts';

/** Campaign, identity and credential of a removal, as the fields of a predicate. */
export function aboutRemoval(removal: Removal, definitionDigest: string) {
  const { campaignId, identityId, removalId, credentialId } = removal;
  return {
    campaignId,
    definitionDigest,
    identityId,
    removalId,
    ...(credentialId === undefined ? {} : { credentialId }),
  };
}
