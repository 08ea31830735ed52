import { describe, expect, test } from 'vitest';
import { type DelegateInput, delegate, endDelegation } from '../../lib/application/delegate.ts';
import { known } from '../../lib/domain/identity/fact.ts';
import type { Identity } from '../../lib/domain/identity/identity.ts';
import { HOUR_MS, type Instant, plusDays } from '../../lib/domain/time.ts';
import { answer, itemRef, ownedIdentity, storedItem } from '../support/reviews.ts';
import { DEFINITION, MONDAY, PEOPLE, person, type World, world } from '../support/world.ts';

const team = ['ada', 'ben', 'cleo', 'dora', 'eli', 'rita'];
const people = [
  ...PEOPLE.filter(({ personId }) => personId !== 'ada' && personId !== 'gone'),
  person('ada', { managerId: 'cleo' }),
  person('gone', { managerId: 'cleo', active: false }),
  person('dora'),
  person('eli'),
];
const tiers = ['critical', 'high', 'medium', 'low'] as const;
const reviewers = { ...DEFINITION.reviewers, delegateTo: team, independenceTiers: [...tiers] };

let acts = 0;
const lets = (w: World, giver: string, to: string, more: Partial<DelegateInput> = {}) => {
  acts += 1;
  return delegate(
    w.environment,
    w.tell,
  )({ to, until: plusDays(MONDAY, 20), reason: 'away', who: w.who(giver), actId: `ahead-${acts}`, ...more });
};
const takesBack = (w: World, giver: string, to: string, inPlaceOf?: string) => {
  acts += 1;
  return endDelegation(
    w.environment,
    w.tell,
  )({ to, inPlaceOf, reason: 'back', who: w.who(giver), actId: `taken-${acts}` });
};
const keeps = (w: World, ref: ReturnType<typeof itemRef>, who: string) =>
  answer(w, ref, who, { verdict: 'certify', reason: 'in use' });

async function organisation(more: Partial<Identity> = {}) {
  const one = ownedIdentity('one', 'ada', more);
  return { one, w: await world({ identities: [one], people, definition: { reviewers } }) };
}

async function review(more: Partial<Identity> = {}) {
  const { one, w } = await organisation(more);
  const campaign = await w.open();
  return { w, campaign, ref: itemRef(campaign, one) };
}

interface Stated {
  readonly predicateType: string;
  readonly predicate: {
    readonly from: string;
    readonly to: string;
    readonly until: Instant;
    readonly hops: number;
    readonly actor: { readonly pseudonym?: string; readonly eligibility?: string };
  };
}

async function attested({ environment: { store } }: World) {
  const found: Stated['predicate'][] = [];
  for (let shard = 0; shard < store.inboxShards; shard += 1)
    for (const { envelope } of (await store.inbox(shard, { limit: 500 })).entries) {
      const { payload } = JSON.parse(envelope) as { payload: string };
      const statement = JSON.parse(Buffer.from(payload, 'base64').toString()) as Stated;
      if (statement.predicateType.includes('/delegation')) found.push(statement.predicate);
    }
  return found;
}

/** What a person got, in order. */
const got = (w: World, personId: string) =>
  w.sent.filter(({ to }) => to.personId === personId).map(({ body }) => body.purpose);

describe('who goes on holiday', () => {
  test('says so beforehand, and nothing changes until the first day', async () => {
    const { w, campaign, ref } = await review();
    const fromAt = plusDays(MONDAY, 5);
    const { text } = await lets(w, 'ada', 'dora', { fromAt, until: plusDays(MONDAY, 40) });
    expect(text).toBe('Dora may answer for you from 2026-09-12 until 2026-10-17, in: Quarterly review.');
    expect(w.sent.find(({ to }) => to.personId === 'dora')?.body).toMatchObject({ fromAt, ended: false });
    expect(await attested(w)).toMatchObject([
      { hops: 1, actor: { eligibility: `for themselves, from ${fromAt} on` } },
    ]);

    await w.until(plusDays(fromAt, -0.1), 2 * HOUR_MS);
    expect((await w.actions.desk('dora')).dockets).toEqual([]);
    await expect(keeps(w, ref, 'dora')).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
    expect(got(w, 'dora')).toEqual(['delegation']);
    const before = got(w, 'ada').length;
    expect(before).toBeGreaterThan(0);

    await w.until(plusDays(campaign.dueAt, -1), 2 * HOUR_MS);
    expect(got(w, 'ada')).toHaveLength(before);
    expect(got(w, 'dora').length).toBeGreaterThan(1);
    await keeps(w, ref, 'dora');
    expect((await storedItem(w, ref)).decision?.by).toBe('dora');
  });

  test('may say so when nothing waits yet: what is opened meanwhile is taken in, and attested, once it has begun', async () => {
    const { one, w } = await organisation();
    await w.prepare();
    await expect(lets(w, 'ada', 'dora')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const { text } = await lets(w, 'ada', 'dora', {
      fromAt: plusDays(MONDAY, 3),
      until: plusDays(MONDAY, 60),
    });
    expect(text).toBe(
      'Dora may answer for you from 2026-09-10 until 2026-11-06, in the reviews opened meanwhile.',
    );
    await expect(lets(w, 'ada', 'sam', { fromAt: plusDays(MONDAY, 3) })).rejects.toThrow('does not allow');

    w.setClock(plusDays(MONDAY, 1));
    const campaign = await w.openCampaign({ definitionId: 'quarterly', launchedBy: 'max' });
    const ref = itemRef(campaign, one);
    await w.until(plusDays(MONDAY, 2), HOUR_MS);
    expect(got(w, 'ada')).toContain('digest');
    expect(await attested(w)).toEqual([]);
    await expect(keeps(w, ref, 'dora')).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });

    await w.until(plusDays(campaign.dueAt, -1), 2 * HOUR_MS);
    expect(await attested(w)).toMatchObject([{ hops: 1, until: plusDays(MONDAY, 60) }]);
    await keeps(w, ref, 'dora');
  });

  test('cannot plan a circle, nor an end before the start', async () => {
    const { w } = await review();
    const on = (day: number) => plusDays(MONDAY, day);
    await lets(w, 'ada', 'ben', { fromAt: on(10), until: on(20) });
    await expect(lets(w, 'ben', 'ada', { fromAt: on(5), until: on(15) })).rejects.toThrow('circle');
    await expect(lets(w, 'ben', 'ada', { until: on(15) })).rejects.toThrow('circle');
    expect((await lets(w, 'ben', 'ada', { fromAt: on(20), until: on(30) })).text).toContain(
      'from 2026-09-27',
    );
    await expect(lets(w, 'ada', 'dora', { fromAt: on(20), until: on(20) })).rejects.toThrow(
      'starts before it ends',
    );
  });
});

describe('for somebody who is away', () => {
  test('their manager lets another answer, in the manager’s name, and both of them are told', async () => {
    const { w, ref } = await review();
    const { text } = await lets(w, 'cleo', 'dora', { inPlaceOf: 'ada' });
    expect(text).toBe('Dora may answer for Ada until 2026-09-27, in: Quarterly review.');

    const { attestor } = w.environment;
    const [stated, ...more] = await attested(w);
    expect(more).toEqual([]);
    expect(stated).toMatchObject({
      from: attestor.pseudonym('ada'),
      to: attestor.pseudonym('dora'),
      hops: 1,
    });
    expect(stated?.actor).toMatchObject({
      pseudonym: attestor.pseudonym('cleo'),
      eligibility: 'manager of the person it is given for',
    });
    for (const each of ['ada', 'dora'])
      expect(w.sent.findLast(({ to }) => to.personId === each)?.body).toMatchObject({
        from: 'Ada',
        to: 'Dora',
      });
    await keeps(w, ref, 'dora');
  });

  test('whoever looks after reviews may as well, and nobody else', async () => {
    const { w } = await review();
    await expect(lets(w, 'ben', 'dora', { inPlaceOf: 'ada' })).rejects.toThrow(
      'Only their manager, a compliance manager or an admin can delegate for Ada.',
    );
    await expect(lets(w, 'cleo', 'dora', { inPlaceOf: 'ben' })).rejects.toMatchObject({
      code: 'NOT_ELIGIBLE',
    });
    await expect(lets(w, 'gone', 'dora', { inPlaceOf: 'ada' })).rejects.toThrow('active full members');
    await expect(lets(w, 'max', 'dora', { inPlaceOf: 'nobody' })).rejects.toMatchObject({
      code: 'UNKNOWN_REVIEWER',
    });
    await lets(w, 'max', 'dora', { inPlaceOf: 'ada@acme.example' });
    expect(await attested(w)).toMatchObject([{ actor: { eligibility: 'role compliance-manager' } }]);
  });

  test('the rules of the review hold, and whoever gives it is never the one who answers', async () => {
    const { w } = await review();
    const forAda = { inPlaceOf: 'ada' };
    await expect(lets(w, 'cleo', 'cleo', forAda)).rejects.toThrow('please name a third person');
    await expect(lets(w, 'cleo', 'ada', forAda)).rejects.toThrow('please name somebody else');
    await expect(lets(w, 'cleo', 'sam', forAda)).rejects.toThrow('does not allow');
    await expect(lets(w, 'cleo', 'dora', { inPlaceOf: 'gone' })).rejects.toThrow('waits for their answer');
    await lets(w, 'cleo', 'ben', forAda);
    await lets(w, 'ben', 'dora');
    await lets(w, 'dora', 'eli');
    await expect(lets(w, 'eli', 'rita')).rejects.toThrow('3 times already');
    await expect(lets(w, 'max', 'ada', { inPlaceOf: 'eli' })).rejects.toThrow('cannot go in a circle');
  });

  test('a manager who created the identity cannot choose who vouches for it', async () => {
    const { w, ref } = await review({ createdBy: known('cleo', 'log') });
    await lets(w, 'cleo', 'dora', { inPlaceOf: 'ada' });

    await expect(keeps(w, ref, 'dora')).rejects.toThrow('The person who let you answer created it');

    await answer(w, ref, 'dora', { verdict: 'revoke', reason: 'not needed' });
    expect((await storedItem(w, ref)).decision?.verdict).toBe('revoke');
  });

  test('it is taken back by the manager, or by the person when they are back', async () => {
    const { w, ref } = await review();
    await lets(w, 'cleo', 'dora', { inPlaceOf: 'ada' });
    await expect(takesBack(w, 'ben', 'dora', 'ada')).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
    expect((await takesBack(w, 'cleo', 'dora', 'ada')).text).toBe('Dora no longer answers for Ada.');
    await expect(takesBack(w, 'cleo', 'dora', 'ada')).rejects.toThrow('Nothing is delegated from Ada');
    await lets(w, 'cleo', 'dora', { inPlaceOf: 'ada' });
    expect((await takesBack(w, 'ada', 'dora')).text).toBe('Dora no longer answers for you.');
    await expect(keeps(w, ref, 'dora')).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
  });
});
