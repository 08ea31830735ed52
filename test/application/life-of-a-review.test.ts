import { describe, expect, test } from 'vitest';
import type { Identity, OwnerHint } from '../../lib/domain/identity/identity.ts';
import { identityKeyOf } from '../../lib/domain/identity/identity-id.ts';
import type { ItemRef } from '../../lib/domain/review/decision.ts';
import { plusDays } from '../../lib/domain/time.ts';
import { sampleIdentity } from '../support/sample-identity.ts';
import { MONDAY, type World, world } from '../support/world.ts';

const ownedBy = (value: string): OwnerHint[] => [
  { role: 'technical', value, source: 'tag', detail: 'tag owner' },
];
const identity = (name: string, owner: string, more: Partial<Identity> = {}): Identity =>
  sampleIdentity({ name, ownerHints: owner === '' ? [] : ownedBy(`${owner}@acme.example`), ...more });

const itemOf = (campaignId: string, of: Identity): ItemRef => ({
  campaignId,
  identityKey: identityKeyOf(of.identityId),
});

async function stored(w: World, ref: ItemRef) {
  const item = await w.environment.store.get('item', ref as never);
  if (!item) throw new Error('no item');
  return item;
}

describe('a campaign', () => {
  test('tells each owner once and falls silent when the docket is done', async () => {
    const one = identity('one', 'ada');
    const w = await world({ identities: [one] });
    const campaign = await w.open();
    await w.until(plusDays(MONDAY, 1));

    expect(w.sent.map(({ to, channel }) => `${to.personId}/${channel}`).toSorted()).toEqual([
      'ada/email',
      'ada/slack',
    ]);

    await w.actions.decide({
      item: itemOf(campaign.campaignId, one),
      request: { verdict: 'certify', reason: 'in use' },
      who: w.who('ada'),
      actId: 'a1',
    });
    await w.until(plusDays(MONDAY, 25));

    expect(w.sent).toHaveLength(2);
    expect((await stored(w, itemOf(campaign.campaignId, one))).decision?.verdict).toBe('certify');
  });

  test('switches off what nobody answers for, after chasing, and verifies it', async () => {
    const silent = identity('silent', 'ada');
    const w = await world({ identities: [silent] });
    const campaign = await w.open();
    await w.until(plusDays(campaign.graceEndsAt, 2));

    expect(w.target.disables).toEqual([silent.identityId]);
    const [removal] = await w.environment.store.removalsOf(identityKeyOf(silent.identityId));
    expect(removal).toMatchObject({
      state: 'quarantined',
      cause: 'no-response',
      verification: { level: 'confirmed' },
    });
    expect(w.sent.some(({ body }) => body.purpose === 'switched-off')).toBe(true);
    expect(w.sent.some(({ body }) => body.purpose === 'switch-off-warning')).toBe(true);
  });

  test('sends at most one digest a day to a person on a channel', async () => {
    const w = await world({ identities: [identity('silent', 'ada')] });
    const campaign = await w.open();
    await w.until(plusDays(campaign.graceEndsAt, 2));

    const days = w.sent
      .filter(({ body }) => body.purpose === 'digest')
      .map(({ to, channel, now }) => `${to.personId}/${channel}/${now.slice(0, 10)}`);
    expect(new Set(days).size).toBe(days.length);
  });

  test('holds a switch-off when nobody could be told', async () => {
    const untold = identity('untold', 'ada');
    const w = await world({ identities: [untold] });
    for (const who of ['ada', 'ben', 'max', 'fay']) w.unreachable.add(who);
    const campaign = await w.open();
    await w.until(plusDays(campaign.graceEndsAt, 3));

    expect(w.target.disables).toEqual([]);
    const [removal] = await w.environment.store.removalsOf(identityKeyOf(untold.identityId));
    expect(removal).toMatchObject({ state: 'held', holds: [{ code: 'nobody-told' }] });
  });

  test('closes with a reconciliation that sums to the population, and says what is unsettled', async () => {
    const kept = identity('kept', 'ada');
    const orphan = identity('orphan', '');
    const person = identity('bob', 'ada', {
      kind: 'person',
      exclusion: { code: 'person', reason: 'a person with a console password and no keys' },
    });
    const w = await world({ identities: [kept, orphan, person] });
    const campaign = await w.open();
    await w.actions.decide({
      item: itemOf(campaign.campaignId, kept),
      request: { verdict: 'certify', reason: 'in use' },
      who: w.who('ada'),
      actId: 'a1',
    });
    await w.until(plusDays(campaign.closeBy, 1), 6 * 3_600_000);

    const closed = await w.environment.store.get('campaign', { campaignId: campaign.campaignId });
    expect(closed?.state).toBe('closed-with-findings');
    expect(closed?.findings.map(({ code }) => code)).toContain('unowned');
    expect(campaign.counts).toEqual({ considered: 3, included: 2, excluded: 1, dockets: 2 });
  });

  test('asked to open twice, opens once', async () => {
    const w = await world({ identities: [identity('one', 'ada')] });
    const first = await w.open();
    const second = await w.openCampaign({ definitionId: 'quarterly', launchedBy: 'max' });
    expect(second.campaignId).toBe(first.campaignId);
    expect(await w.environment.store.campaigns()).toHaveLength(1);
  });
});

describe('a decision', () => {
  test('sent twice counts once', async () => {
    const one = identity('one', 'ada');
    const w = await world({ identities: [one] });
    const campaign = await w.open();
    const input = {
      item: itemOf(campaign.campaignId, one),
      request: { verdict: 'certify' as const, reason: 'in use' },
      who: w.who('ada'),
      actId: 'same',
    };
    const first = await w.actions.decide(input);
    const again = await w.actions.decide(input);

    expect(again.text).toBe(first.text);
    expect((await stored(w, input.item)).answers).toBe(1);
  });

  test('by somebody who does not answer for the identity is refused', async () => {
    const one = identity('one', 'ada');
    const w = await world({ identities: [one] });
    const campaign = await w.open();
    await expect(
      w.actions.decide({
        item: itemOf(campaign.campaignId, one),
        request: { verdict: 'certify', reason: 'x' },
        who: w.who('cleo'),
        actId: 'a',
      }),
    ).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
  });

  test('to switch off acts after a moment for second thoughts, and can be undone exactly', async () => {
    const one = identity('one', 'ada');
    const w = await world({ identities: [one] });
    const campaign = await w.open();
    const ref = itemOf(campaign.campaignId, one);
    await w.actions.decide({
      item: ref,
      request: { verdict: 'revoke', reason: 'gone' },
      who: w.who('ada'),
      actId: 'a',
    });
    expect(w.target.disables).toEqual([]);
    await w.until(plusDays(MONDAY, 0.2));
    expect(w.target.disables).toEqual([one.identityId]);

    const [removal] = await w.environment.store.removalsOf(ref.identityKey);
    await w.actions.undo({
      identityKey: ref.identityKey,
      removalId: removal?.removalId ?? '',
      reason: 'still needed',
      who: w.who('ada'),
      actId: 'u',
    });
    await w.actions.undo({
      identityKey: ref.identityKey,
      removalId: removal?.removalId ?? '',
      reason: 'still needed',
      who: w.who('ada'),
      actId: 'u',
    });

    expect(w.target.enabled.get(one.identityId)).toBe(true);
    expect(w.target.restores).toHaveLength(1);
    expect(await stored(w, ref)).toMatchObject({ state: 'open', round: 1 });
  });

  test('changed before anything ran cancels the switch-off', async () => {
    const one = identity('one', 'ada');
    const w = await world({ identities: [one] });
    const campaign = await w.open();
    const ref = itemOf(campaign.campaignId, one);
    await w.actions.decide({
      item: ref,
      request: { verdict: 'revoke', reason: 'gone' },
      who: w.who('ada'),
      actId: 'a',
    });
    await w.actions.decide({
      item: ref,
      request: { verdict: 'certify', reason: 'oh no' },
      who: w.who('ada'),
      actId: 'b',
    });
    await w.until(plusDays(MONDAY, 1));
    expect(w.target.disables).toEqual([]);
    const [removal] = await w.environment.store.removalsOf(ref.identityKey);
    expect(removal?.state).toBe('cancelled');
  });

  test('not mine goes on along the chain, and every hop is kept', async () => {
    const one = identity('one', 'cleo');
    const w = await world({ identities: [one] });
    const campaign = await w.open();
    const ref = itemOf(campaign.campaignId, one);
    await w.actions.decide({
      item: ref,
      request: { verdict: 'not-mine', reason: '' },
      who: w.who('cleo'),
      actId: 'a',
    });
    const item = await stored(w, ref);
    expect(item.reviewerId).not.toBe('cleo');
    expect(item.hops).toEqual(['cleo']);
  });

  test('an exception needs an approver who did not ask for it, and ends by itself', async () => {
    const one = identity('one', 'ada');
    const w = await world({ identities: [one] });
    const campaign = await w.open();
    const ref = itemOf(campaign.campaignId, one);
    const until = plusDays(MONDAY, 20);
    await w.actions.decide({
      item: ref,
      request: { verdict: 'except', reason: 'migration', until, compensatingControl: 'alert on use' },
      who: w.who('ada'),
      actId: 'a',
    });
    const [exception] = await w.environment.store.exceptionsOf(ref.identityKey);
    const approve = (personId: string) =>
      w.actions.approve({
        kind: 'exception',
        campaignId: ref.campaignId,
        identityKey: ref.identityKey,
        id: exception?.exceptionId ?? '',
        agree: true,
        reason: 'ok',
        who: w.who(personId),
        actId: `ok-${personId}`,
      });
    await expect(approve('ada')).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
    await approve('rita');
    await w.until(plusDays(until, 1));
    const [ended] = await w.environment.store.exceptionsOf(ref.identityKey);
    expect(ended?.state).toBe('ended');
    expect(w.sent.some(({ body }) => body.purpose === 'exception-ending')).toBe(true);
  });
});

describe('what changed meanwhile', () => {
  test('and is gone from its source cannot be vouched for on old evidence', async () => {
    const one = identity('one', 'ada');
    const w = await world({ identities: [one, identity('two', 'ada')] });
    const campaign = await w.open();
    w.target.identities = w.target.identities.slice(1);
    await w.until(plusDays(MONDAY, 10), 6 * 3_600_000);

    const keep = w.actions.decide({
      item: itemOf(campaign.campaignId, one),
      request: { verdict: 'certify', reason: 'in use' },
      who: w.who('ada'),
      actId: 'late',
    });
    await expect(keep).rejects.toMatchObject({
      code: 'STALE_SNAPSHOT',
      message: expect.stringContaining('not there any more'),
    });
  });

  test('only what is due is asked about again, and growth makes it due', async () => {
    const [steady, grown] = [identity('steady', 'ada'), identity('grown', 'ada')];
    const w = await world({ identities: [steady, grown], definition: { scope: { include: 'due' } } });
    const first = await w.open();
    for (const one of [steady, grown]) {
      await w.actions.decide({
        item: itemOf(first.campaignId, one),
        request: { verdict: 'certify', reason: 'in use' },
        who: w.who('ada'),
        actId: `keep ${one.name}`,
      });
    }
    await w.until(plusDays(MONDAY, 2));
    w.target.identities = [
      steady,
      {
        ...grown,
        entitlements: {
          ...grown.entitlements,
          level: 'admin',
          admin: 'yes',
          adminReason: 'AdministratorAccess',
        },
      },
    ];
    await w.collect();
    const second = await w.openCampaign({
      definitionId: 'quarterly',
      launchedBy: 'max',
      campaignId: 'second',
    });

    const entries: { name: string; included: boolean; reason: string }[] = [];
    for await (const line of w.environment.blobs.lines(second.populationDigest ?? ''))
      entries.push(JSON.parse(line));
    expect(entries.map(({ name, included }) => [name, included])).toEqual([
      ['steady', false],
      ['grown', true],
    ]);
    expect(entries[0]?.reason).toContain('by attestation');
    expect(entries[1]?.reason).toContain('Grew since it was vouched for');
  });
});

describe('a switch-off', () => {
  test('whose answer was lost after it took effect is done once and keeps the first pre-image', async () => {
    const { throttled } = await import('../support/target-system.ts');
    const one = identity('one', 'ada');
    const w = await world({ identities: [one] });
    const campaign = await w.open();
    const ref = itemOf(campaign.campaignId, one);
    await w.actions.decide({
      item: ref,
      request: { verdict: 'revoke', reason: 'gone' },
      who: w.who('ada'),
      actId: 'a',
    });
    w.target.failDisable = { error: throttled(), after: true };
    await w.until(plusDays(MONDAY, 1));
    const [removal] = await w.environment.store.removalsOf(ref.identityKey);
    expect(w.target.disables).toHaveLength(1);
    expect(removal).toMatchObject({
      state: 'quarantined',
      preImage: { wasEnabled: true, detail: { on: true } },
    });
  });

  test('is held when what was shown dormant was used since', async () => {
    const old = identity('old', 'ada', {
      lastUse: { state: 'used', at: plusDays(MONDAY, -300), source: 'report' },
      createdAt: { known: true, value: plusDays(MONDAY, -900), source: 'report' },
    });
    const w = await world({ identities: [old] });
    const campaign = await w.open();
    w.target.used.set(old.identityId, plusDays(MONDAY, 20));
    await w.until(plusDays(campaign.graceEndsAt, 1));
    const [removal] = await w.environment.store.removalsOf(identityKeyOf(old.identityId));
    expect(removal).toMatchObject({ state: 'held', holds: [{ code: 'contradiction' }] });
    expect(w.target.disables).toEqual([]);
  });

  test('that somebody switches on again is noticed the next day', async () => {
    const one = identity('one', 'ada');
    const w = await world({ identities: [one] });
    const campaign = await w.open();
    const ref = itemOf(campaign.campaignId, one);
    await w.actions.decide({
      item: ref,
      request: { verdict: 'revoke', reason: 'gone' },
      who: w.who('ada'),
      actId: 'a',
    });
    await w.until(plusDays(MONDAY, 1));
    w.target.enabled.set(one.identityId, true);
    await w.until(plusDays(MONDAY, 3));
    const [removal] = await w.environment.store.removalsOf(ref.identityKey);
    expect(removal?.driftedAt).toBeDefined();
    expect(await stored(w, ref)).toMatchObject({ state: 'open' });
  });
});
