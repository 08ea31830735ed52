// A campaign from opening to close: one kept, one revoked, one that nobody answered for, one left out.
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import { identityKeyOf } from '../../../lib/domain/identity/identity-id.ts';
import { plusDays } from '../../../lib/domain/time.ts';
import { sampleIdentity } from '../sample-identity.ts';
import { newKeys, sealedWorld } from './sealed-world.ts';

/** An identity of the test organisation, owned by somebody. */
export const owned = (name: string, owner: string, more: Partial<Identity> = {}): Identity =>
  sampleIdentity({
    name,
    ownerHints: [{ role: 'technical', value: `${owner}@acme.example`, source: 'tag', detail: 'tag owner' }],
    ...more,
  });

export const KEPT = owned('kept', 'ada');
export const REVOKED = owned('revoked', 'ada');
export const SILENT = owned('silent', 'ben');
export const PERSON = owned('human', 'ada', {
  kind: 'person',
  exclusion: { code: 'person', reason: 'a person, reviewed elsewhere' },
});

/** Opens the campaign. */
export async function openedCampaign(keys = newKeys()) {
  const w = await sealedWorld({ identities: [KEPT, REVOKED, SILENT, PERSON] }, keys);
  const campaign = await w.openSealed();
  const decide = (of: Identity, verdict: 'certify' | 'revoke', reason = 'in use') =>
    w.actions.decide({
      item: { campaignId: campaign.campaignId, identityKey: identityKeyOf(of.identityId) },
      request: { verdict, reason },
      who: w.who('ada'),
      actId: `${verdict}-${of.name}`,
    });
  return { w, campaign, decide };
}

/** Opens it and lives it to its end and a day more. */
export async function livedCampaign(keys = newKeys()) {
  const opened = await openedCampaign(keys);
  const { w, campaign, decide } = opened;
  await decide(KEPT, 'certify', '=1+1, "quoted"\nand on');
  await decide(REVOKED, 'revoke');
  await w.live(plusDays(campaign.closeBy, 1));
  return opened;
}
