import { describe, expect, test } from 'vitest';
import { delegate, endDelegation } from '../../lib/application/delegate.ts';
import type { DefinitionInput } from '../../lib/domain/campaign/definition.ts';
import type { Instant } from '../../lib/domain/time.ts';
import { HOUR_MS, plusDays } from '../../lib/domain/time.ts';
import { answer, itemRef, ownedIdentity, storedItem } from '../support/reviews.ts';
import { DEFINITION, MONDAY, PEOPLE, person, type World, world } from '../support/world.ts';

const TEAM = ['ada', 'ben', 'cleo', 'dora', 'eli', 'rita'];
const people = [...PEOPLE, person('dora'), person('eli')];
const reviewers: DefinitionInput['reviewers'] = { ...DEFINITION.reviewers, delegateTo: TEAM };
const until = plusDays(MONDAY, 5);

let acts = 0;
const lets = (w: World, from: string, to: string, end: Instant = until) => {
  acts += 1;
  return delegate(w.environment)({ to, until: end, reason: 'away', who: w.who(from), actId: `lets-${acts}` });
};
const takesBack = (w: World, from: string, to: string) => {
  acts += 1;
  return endDelegation(w.environment)({ to, reason: 'back', who: w.who(from), actId: `back-${acts}` });
};
const keeps = (w: World, ref: ReturnType<typeof itemRef>, who: string) =>
  answer(w, ref, who, { verdict: 'certify', reason: 'in use' });

async function review(more: Partial<DefinitionInput> = {}) {
  const one = ownedIdentity('one', 'ada');
  const w = await world({ identities: [one], people, definition: { reviewers, ...more } });
  const campaign = await w.open();
  return { w, campaign, ref: itemRef(campaign, one) };
}

const attested = async ({ environment: { store } }: World) => {
  const shards = Array.from({ length: store.inboxShards }, (_, shard) => store.inbox(shard, { limit: 500 }));
  return (await Promise.all(shards)).flatMap(({ entries }) =>
    entries.flatMap(({ envelope }) => {
      const { payload } = JSON.parse(envelope) as { payload: string };
      const statement = JSON.parse(Buffer.from(payload, 'base64').toString()) as {
        predicateType: string;
        predicate: { until?: string; hops?: number; at: string };
      };
      return statement.predicateType.includes('delegation') ? [statement.predicate] : [];
    }),
  );
};

describe('who lets another answer', () => {
  test('puts their questions on the other’s desk, whose answer counts as a delegate’s', async () => {
    const { w, ref } = await review();
    await expect(keeps(w, ref, 'dora')).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
    await expect(w.actions.item(ref, 'dora')).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });

    const { text } = await lets(w, 'ada', 'dora');
    expect(text).toBe('Dora may answer for you until 2026-09-12, in: Quarterly review.');
    const [docket] = (await w.actions.desk('dora')).dockets;
    expect(docket).toMatchObject({ title: 'Quarterly review (for Ada)', open: 1, forPersonId: 'ada' });
    expect((await w.actions.item(ref, 'dora')).item.name).toBe('one');
    await keeps(w, ref, 'dora');

    expect((await storedItem(w, ref)).decision?.by).toBe('dora');
    expect((await w.actions.desk('dora')).dockets).toEqual([]);
    expect(await attested(w)).toMatchObject([{ until, hops: 1, at: MONDAY }]);
  });

  test('may only let whom the definition allows, until a day that is ahead and not too far', async () => {
    const { w } = await review({ reviewers: { ...reviewers, delegateTo: ['dora'] } });
    await expect(lets(w, 'ada', 'cleo')).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
    await expect(lets(w, 'ada', 'gone')).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
    await expect(lets(w, 'ada', 'dora', MONDAY)).rejects.toThrow('lies ahead');
    await expect(lets(w, 'ada', 'dora', plusDays(MONDAY, 91))).rejects.toThrow('at most 90 days');
    await expect(lets(w, 'cleo', 'dora')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await attested(w)).toEqual([]);
  });

  test('has it back when it ends, and when they take it back', async () => {
    const { w, ref } = await review();
    await lets(w, 'ada', 'dora');
    w.setClock(plusDays(MONDAY, 6));
    await expect(keeps(w, ref, 'dora')).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });

    await lets(w, 'ada', 'eli', plusDays(MONDAY, 10));
    expect((await takesBack(w, 'ada', 'eli')).text).toBe('Eli no longer answers for you.');
    await expect(keeps(w, ref, 'eli')).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
    await expect(takesBack(w, 'ada', 'eli')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const ends = new Set((await attested(w)).map((each) => each.until));
    expect(ends).toEqual(new Set([until, plusDays(MONDAY, 6), plusDays(MONDAY, 10)]));
  });

  test('is followed at most three times, and never in a circle', async () => {
    const { w, ref } = await review();
    await lets(w, 'ada', 'ben');
    await expect(lets(w, 'ben', 'ada')).rejects.toThrow('circle');
    await lets(w, 'ben', 'cleo');
    await expect(lets(w, 'cleo', 'ada')).rejects.toThrow('circle');
    await lets(w, 'cleo', 'dora');
    await expect(lets(w, 'dora', 'eli')).rejects.toThrow('3 times already');
    expect(new Set((await attested(w)).map(({ hops }) => hops))).toEqual(new Set([1, 2, 3]));
    await keeps(w, ref, 'dora');
    expect((await storedItem(w, ref)).decision?.by).toBe('dora');
  });

  test('cannot have reviewed what they made, nor give the second word on what was answered for them', async () => {
    const hints = ownedIdentity('one', 'rita').ownerHints;
    const made = ownedIdentity('one', 'rita', {
      ownerHints: [
        ...hints,
        { role: 'creator', value: 'rita@acme.example', source: 'creator', detail: 'made it' },
      ],
    });
    const tiers = ['critical', 'high', 'medium', 'low'] as const;
    const strict = { ...reviewers, independenceTiers: [...tiers] };
    const w = await world({ identities: [made], people, definition: { reviewers: strict } });
    const ref = itemRef(await w.open(), made);
    const { reviewerId } = await storedItem(w, ref);
    await lets(w, reviewerId, 'dora');
    await expect(keeps(w, ref, 'dora')).rejects.toMatchObject({ code: 'SELF_REVIEW' });

    const own = ownedIdentity('two', 'rita');
    const second = await world({
      identities: [own],
      people,
      definition: { reviewers: { ...reviewers, secondApproverTiers: [...tiers] } },
    });
    const itsRef = itemRef(await second.open(), own);
    await lets(second, 'rita', 'dora');
    const { item } = await keeps(second, itsRef, 'dora');
    const agree = { kind: 'second-decision', ...itsRef, id: item?.decision?.attestationId ?? '' } as const;
    await expect(
      second.actions.approve({ ...agree, agree: true, reason: '', who: second.who('rita'), actId: 'agree' }),
    ).rejects.toMatchObject({ code: 'SECOND_PERSON' });
  });

  test('lets the other keep a group as it was shown, and not one that was not', async () => {
    const alike = ['one', 'two', 'three'].map((name) => ownedIdentity(name, 'ada'));
    const w = await world({ identities: alike, people, definition: { reviewers } });
    const first = await w.open();
    for (const each of alike) await keeps(w, itemRef(first, each), 'ada');
    await w.until(plusDays(first.closeBy, 1), 12 * HOUR_MS);
    await w.collect();
    const campaign = await w.openCampaign({ definitionId: 'quarterly', launchedBy: 'max' });
    await lets(w, 'ada', 'dora', plusDays(w.clock.now(), 5));

    const [docket] = (await w.actions.desk('dora')).dockets;
    const [shown] = docket?.groups ?? [];
    if (!shown) throw new Error('no group');
    const keep = {
      campaignId: campaign.campaignId,
      group: shown.group,
      reason: 'in use',
      who: w.who('dora'),
    };
    const strange = w.actions.keepGroup({ ...keep, seen: '0'.repeat(16), actId: 'k0' });
    await expect(strange).rejects.toMatchObject({ code: 'STALE_SNAPSHOT' });
    const kept = await w.actions.keepGroup({ ...keep, seen: shown.seen, actId: 'k1' });
    expect(kept.text).toBe('Kept 3 of 3.');
  });

  test('does it once however often it is sent', async () => {
    const { w } = await review();
    const input = { to: 'dora', until, reason: '', who: w.who('ada'), actId: 'same' };
    await delegate(w.environment)(input);
    await delegate(w.environment)(input);
    expect(await w.environment.store.delegationsFrom('ada')).toHaveLength(1);
  });
});
