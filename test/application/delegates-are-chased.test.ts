import { describe, expect, test } from 'vitest';
import { delegate, endDelegation } from '../../lib/application/delegate.ts';
import type { DefinitionInput } from '../../lib/domain/campaign/definition.ts';
import { UpstreamError } from '../../lib/domain/errors.ts';
import { directoryOf } from '../../lib/domain/review/directory.ts';
import { HOUR_MS, type Instant, plusDays } from '../../lib/domain/time.ts';
import { answer, itemRef, ownedIdentity } from '../support/reviews.ts';
import { DEFINITION, MONDAY, PEOPLE, person, TEAMS, type World, world } from '../support/world.ts';

const people = [...PEOPLE, person('dora'), person('eli')];
const reviewers: DefinitionInput['reviewers'] = { ...DEFINITION.reviewers, delegateTo: ['dora', 'eli'] };

async function review() {
  const one = ownedIdentity('one', 'ada');
  const w = await world({ identities: [one], people, definition: { reviewers } });
  const campaign = await w.open();
  return { w, campaign, ref: itemRef(campaign, one) };
}

const lets = (w: World, from: string, to: string, until: Instant, actId = `${from}-${to}`) =>
  delegate(w.environment, w.tell)({ to, until, reason: 'on leave', who: w.who(from), actId });

/** What a person got, in order. */
const got = (w: World, personId: string) =>
  w.sent.filter(({ to }) => to.personId === personId).map(({ body }) => body.purpose);

const chases = ['digest', 'escalation', 'switch-off-warning'];

describe('who is let answer', () => {
  test('is told so, once, and is told when it ends', async () => {
    const { w } = await review();
    await lets(w, 'ada', 'dora', plusDays(MONDAY, 20));
    await lets(w, 'ada', 'dora', plusDays(MONDAY, 20));
    expect(got(w, 'dora')).toEqual(['delegation']);
    expect(w.sent.find(({ to }) => to.personId === 'dora')?.body).toMatchObject({
      from: 'Ada',
      campaigns: ['Quarterly review'],
      reason: 'on leave',
      ended: false,
    });

    await endDelegation(
      w.environment,
      w.tell,
    )({
      to: 'dora',
      reason: 'back',
      who: w.who('ada'),
      actId: 'back',
    });
    expect(w.sent.filter(({ to }) => to.personId === 'dora').at(-1)?.body).toMatchObject({ ended: true });
  });

  test('answers also when they cannot be told, and who let them is told so', async () => {
    const { w, ref } = await review();
    w.faults.failSend = ({ body }) =>
      body.purpose === 'delegation'
        ? new UpstreamError({ code: 'TIMEOUT', provider: 'slack', retryable: true, message: 'lost' })
        : undefined;

    const { text } = await lets(w, 'ada', 'dora', plusDays(MONDAY, 20));

    expect(text).toContain('could not be told just now');
    await answer(w, ref, 'dora', { verdict: 'revoke', reason: 'gone' });
  });

  test('is chased in the reviewer’s place, who is left in peace until it ends', async () => {
    const { w, campaign } = await review();
    await w.until(plusDays(MONDAY, 1), HOUR_MS);
    const before = got(w, 'ada').length;
    expect(before).toBeGreaterThan(0);
    await lets(w, 'ada', 'dora', plusDays(campaign.dueAt, -1));

    await w.until(plusDays(campaign.dueAt, -1), 2 * HOUR_MS);
    expect(got(w, 'ada')).toHaveLength(before);
    expect(got(w, 'dora').filter((purpose) => chases.includes(purpose)).length).toBeGreaterThanOrEqual(2);
    const dora = got(w, 'dora').length;

    await w.until(plusDays(campaign.dueAt, 2), 2 * HOUR_MS);
    expect(got(w, 'ada').length).toBeGreaterThan(before);
    expect(got(w, 'dora')).toHaveLength(dora);
  });

  test('and the reviewer both get the last warning, and an answer of either ends it', async () => {
    const { w, campaign, ref } = await review();
    await lets(w, 'ada', 'dora', plusDays(MONDAY, 60));
    await w.until(plusDays(campaign.graceEndsAt, -0.1), 2 * HOUR_MS);

    expect(got(w, 'ada')).toContain('switch-off-warning');
    expect(got(w, 'ada').filter((purpose) => purpose === 'digest').length).toBeLessThanOrEqual(2);
    const warned = w.sent.filter(
      ({ to, now }) => to.personId === 'dora' && now > plusDays(campaign.graceEndsAt, -2),
    );
    expect(warned.length).toBeGreaterThan(0);

    const sent = w.sent.length;
    await answer(w, ref, 'dora', { verdict: 'certify', reason: 'in use' });
    await w.until(campaign.graceEndsAt, 2 * HOUR_MS);
    expect(w.sent.slice(sent).filter(({ body }) => chases.includes(body.purpose))).toEqual([]);
  });

  test('is the last of those it was handed on to', async () => {
    const { w, campaign } = await review();
    await lets(w, 'ada', 'dora', plusDays(MONDAY, 30));
    await lets(w, 'dora', 'eli', plusDays(MONDAY, 30));

    await w.until(plusDays(campaign.dueAt, -1), 2 * HOUR_MS);

    expect(got(w, 'dora')).toEqual(['delegation']);
    expect(got(w, 'eli').filter((purpose) => chases.includes(purpose)).length).toBeGreaterThanOrEqual(2);
  });

  test('answers in a review that is opened later, too, while it lasts; each is attested', async () => {
    const { w } = await review();
    await lets(w, 'ada', 'dora', plusDays(MONDAY, 30));
    w.setClock(plusDays(MONDAY, 1));
    const second = await w.openCampaign({
      definitionId: 'quarterly',
      launchedBy: 'max',
      campaignId: 'second',
    });
    await w.until(plusDays(MONDAY, 2), HOUR_MS);

    const ref = itemRef(second, ownedIdentity('one', 'ada'));
    await answer(w, ref, 'dora', { verdict: 'certify', reason: 'in use' });

    const [given] = await w.environment.store.delegationsFrom('ada');
    expect(given?.campaignIds).toEqual(['quarterly-20260907', 'second']);
    const facts: string[] = [];
    for (let shard = 0; shard < w.environment.store.inboxShards; shard += 1)
      for (const { envelope } of (await w.environment.store.inbox(shard, { limit: 500 })).entries)
        facts.push(Buffer.from(JSON.parse(envelope).payload, 'base64').toString());
    const stated = facts.filter((fact) =>
      fact.includes('"predicateType":"https://countersign.dev/attestation/delegation'),
    );
    expect(stated).toHaveLength(2);
  });

  test('is nobody who has gone: the reviewer is chased again', async () => {
    const { w } = await review();
    await w.until(plusDays(MONDAY, 1), HOUR_MS);
    await lets(w, 'ada', 'dora', plusDays(MONDAY, 30));
    const left = directoryOf(
      people.filter(({ personId }) => personId !== 'dora'),
      TEAMS,
    );
    Object.assign(w.environment.people, { directory: async () => left });
    const before = got(w, 'ada').length;

    await w.until(plusDays(MONDAY, 20), 6 * HOUR_MS);

    expect(got(w, 'ada').length).toBeGreaterThan(before);
  });
});
