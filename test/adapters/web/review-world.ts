// The test organisation with its review page in front: real links, real codes, real decisions.
import { createWebApp } from '../../../lib/adapters/web/web-app.ts';
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import { identityKeyOf } from '../../../lib/domain/identity/identity-id.ts';
import { plusMs } from '../../../lib/domain/time.ts';
import { renderMail } from '../../../lib/presentation/email/render-mail.ts';
import { sampleIdentity } from '../../support/sample-identity.ts';
import { MONDAY, world } from '../../support/world.ts';

export const ownedBy = (owner: string, name: string, more: Partial<Identity> = {}): Identity =>
  sampleIdentity({
    name,
    ownerHints: [{ role: 'technical', value: `${owner}@acme.example`, source: 'tag', detail: 'tag owner' }],
    ...more,
  });

export const ADMIN: Identity['entitlements'] = {
  level: 'admin',
  admin: 'yes',
  adminReason: 'AdministratorAccess is attached',
  services: ['*'],
  policies: [{ name: 'AdministratorAccess', via: 'managed' }],
  trust: [],
};

export type ReviewWorld = Awaited<ReturnType<typeof reviewWorld>>;

/** Opens the campaign, lets the first digests go out, and puts the web app in front. */
export async function reviewWorld(identities: readonly Identity[], secureCookies = true) {
  const w = await world({ identities });
  const problems: unknown[] = [];
  const app = createWebApp({
    links: w.links,
    summaries: w.summaries,
    actions: w.actions,
    clock: w.clock,
    cookieSecret: 'a secret of thirty-two characters or more',
    secureCookies,
    log: (entry) => problems.push(entry),
  });
  const campaign = await w.open();
  await w.until(plusMs(MONDAY, 6 * 3_600_000));

  const digestOf = (personId: string) => {
    const message = w.sent.findLast(
      ({ to, body, channel }) => to.personId === personId && channel === 'email' && body.purpose === 'digest',
    );
    if (message?.body.purpose !== 'digest' || !message.body.link)
      throw new Error(`no digest for ${personId}`);
    return { mail: renderMail(message), link: message.body.link };
  };
  return {
    ...w,
    app,
    campaign,
    problems,
    digestOf,
    /** Path of the review page in the person's newest digest mail. */
    pathOf: (personId: string) => new URL(digestOf(personId).link).pathname,
    /** Codes sent to a person, oldest first. */
    codesFor: (personId: string) =>
      w.sent.flatMap(({ to, body }) =>
        to.personId === personId && body.purpose === 'one-time-code' ? [body.code] : [],
      ),
    async itemNamed(name: string) {
      for (const { item } of await items(w, campaign.campaignId)) if (item.name === name) return item;
      throw new Error(`no item ${name}`);
    },
    items: () => items(w, campaign.campaignId),
  };
}

async function items(w: Awaited<ReturnType<typeof world>>, campaignId: string) {
  const found = [];
  for (const identity of w.target.identities) {
    const ref = { campaignId, identityKey: identityKeyOf(identity.identityId) };
    found.push(await w.actions.item(ref, 'max'));
  }
  return found;
}
