import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applySlackAct } from '../../../lib/adapters/slack/apply-act.ts';
import { createSlackPeople } from '../../../lib/adapters/slack/people.ts';
import type { OutboundMessage } from '../../../lib/application/ports/messenger.ts';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import type { Person } from '../../../lib/domain/review/person.ts';
import { deskDouble } from '../../support/slack/desk-double.ts';
import { campaignId, now, sampleDocket, sampleItem, samplePerson } from '../../support/slack/samples.ts';
import { clock, type SlackScene, startSlackScene, teamId } from '../../support/slack/slack-edge.ts';

const low = sampleItem({ tier: 'low', name: 'shop-reader' });
let scene: SlackScene;
beforeEach(async () => {
  scene = await startSlackScene(deskDouble(samplePerson(), [low]));
});
afterEach(() => scene.close());

function digest(to: Person = samplePerson(), items = [low]): OutboundMessage {
  const body = { purpose: 'digest', dockets: [sampleDocket(items)], rung: 'open', link: undefined } as const;
  return { noticeId: 'notice-1', to, body, now };
}

describe('the Slack messenger', () => {
  it('delivers to the direct message, marked with the notice', async () => {
    const sent = await scene.messenger.send(digest());

    const [message] = scene.slack.messages({ user: 'U0ADA' });
    expect(sent).toEqual({
      outcome: 'accepted',
      providerId: `${message?.channel}:${message?.ts}`,
      delivered: true,
    });
    expect(message?.message.metadata).toEqual({
      event_type: 'countersign_notice',
      event_payload: { notice_id: 'notice-1', purpose: 'digest' },
    });
  });

  it('brings a message up to date in place', async () => {
    const sent = await scene.messenger.send(digest());
    const providerId = sent.outcome === 'accepted' ? sent.providerId : '';

    await scene.messenger.revise(providerId, digest(samplePerson(), []));

    const messages = scene.slack.messages({ user: 'U0ADA' });
    expect(messages).toHaveLength(1);
    expect(messages[0]?.message.text).toBe('Thank you. Nothing is waiting for your answer.');
  });

  it('says that a deactivated, missing or foreign account cannot be reached, without trying again', async () => {
    scene.slack.setStatus('U0ADA', 'deactivated');
    const nobody = samplePerson({ slack: { teamId, userId: 'U0NOBODY' } });
    const elsewhere = samplePerson({ slack: { teamId: 'T0OTHER', userId: 'U0ADA' } });
    const { slack: _none, ...without } = samplePerson();

    expect(await scene.messenger.send(digest())).toEqual({
      outcome: 'undeliverable',
      reason: 'the Slack account is deactivated',
    });
    expect(await scene.messenger.send(digest(nobody))).toMatchObject({ reason: 'no such Slack user' });
    expect(await scene.messenger.send(digest(elsewhere))).toMatchObject({ outcome: 'undeliverable' });
    expect(await scene.messenger.send(digest(without))).toMatchObject({ outcome: 'undeliverable' });
    expect(scene.slack.messages()).toEqual([]);
  });

  it.each(['channel_not_found', 'is_archived', 'cannot_dm_bot', 'users_not_found', 'account_inactive'])(
    'gives the reason of %s',
    async (error) => {
      scene.slack.failNext('chat.postMessage', error);

      expect(await scene.messenger.send(digest())).toMatchObject({ outcome: 'undeliverable' });
    },
  );

  it('never posts twice for one call: an answer that was lost is left to the notice ledger', async () => {
    scene.slack.dropNext('chat.postMessage', 'after');

    await expect(scene.messenger.send(digest())).rejects.toMatchObject({ retryable: true });
    expect(scene.slack.messages({ user: 'U0ADA' })).toHaveLength(1);
  });

  it('tries reading calls once more', async () => {
    scene.slack.dropNext('conversations.open', 'before');

    expect(await scene.messenger.send(digest())).toMatchObject({ outcome: 'accepted' });
  });

  it('does not count a message to a guest as delivered', async () => {
    expect(await scene.messenger.send(digest(samplePerson({ fullMember: false })))).toMatchObject({
      delivered: false,
    });
  });

  it('passes on at once how long Slack asks to wait', async () => {
    scene.slack.rateLimitNext('chat.postMessage', 30);
    const started = performance.now();

    await expect(scene.messenger.send(digest())).rejects.toMatchObject({
      code: 'THROTTLED',
      retryable: true,
      retryAfterMs: 30_000,
      provider: 'slack',
    });
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('sorts failures into those worth another try and those that are not', async () => {
    scene.slack.failNext('conversations.open', 'invalid_auth');
    await expect(scene.messenger.send(digest())).rejects.toMatchObject({ code: 'DENIED', retryable: false });
    scene.slack.failNext('chat.postMessage', 'internal_error');
    await expect(scene.messenger.send(digest())).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
    });
    scene.slack.failNext('chat.postMessage', 'invalid_blocks');
    await expect(scene.messenger.send(digest())).rejects.toMatchObject({
      code: 'REJECTED',
      retryable: false,
    });
    scene.slack.breakNext('chat.postMessage', 503);
    await expect(scene.messenger.send(digest())).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
    });
    await expect(scene.messenger.revise('no-provider-id', digest())).rejects.toMatchObject({
      code: 'REJECTED',
    });
    await expect(scene.messenger.revise('D0NOBODY:1.000001', digest())).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('the worker', () => {
  it('refuses what is no act, and tries again when Slack is busy', async () => {
    const desk = deskDouble(samplePerson(), [low]);
    const directory = directoryOf([samplePerson()], []);
    const people = { directory: () => Promise.resolve(directory) };
    const work = applySlackAct({
      actions: desk,
      client: scene.client,
      people,
      clock,
      teamId,
      log: () => undefined,
    });
    const act = {
      schemaVersion: 1,
      source: 'slack',
      actId: `slack-${'a'.repeat(40)}`,
      who: {
        personId: 'ada',
        method: 'slack-signed-interaction',
        issuer: teamId,
        at: now,
        evidenceDigest: 'ab',
      },
      slack: { teamId, userId: 'U0ADA' },
      origin: { surface: 'home' },
      act: { kind: 'claim', item: { campaignId, identityKey: low.item.identityKey } },
    };

    await expect(work({ ...act, act: { kind: 'grant-admin' } })).rejects.toMatchObject({
      code: 'MALFORMED_DECISION',
    });
    scene.slack.rateLimitNext('views.publish', 1);
    await expect(work(act)).rejects.toMatchObject({ code: 'THROTTLED', retryable: true });
    await work(act);
    scene.slack.failNext('views.publish', 'invalid_arguments');
    await work(act);

    expect(desk.acted).toHaveLength(1);
  });

  it('does not believe an act that names somebody else than the Slack user’s person', async () => {
    const desk = deskDouble(samplePerson(), [low]);
    const directory = directoryOf([samplePerson()], []);
    const people = { directory: () => Promise.resolve(directory) };
    const work = applySlackAct({
      actions: desk,
      client: scene.client,
      people,
      clock,
      teamId,
      log: () => undefined,
    });

    await work({
      schemaVersion: 1,
      source: 'slack',
      actId: `slack-${'b'.repeat(40)}`,
      who: {
        personId: 'bruno',
        method: 'slack-signed-interaction',
        issuer: teamId,
        at: now,
        evidenceDigest: 'ab',
      },
      slack: { teamId, userId: 'U0ADA' },
      origin: { surface: 'home' },
      act: { kind: 'claim', item: { campaignId, identityKey: low.item.identityKey } },
    });

    expect(desk.acted).toEqual([]);
  });
});

describe('people as Slack knows them', () => {
  const { slack: _none, ...ada } = samplePerson();
  const base = (people: readonly Person[]) => ({ directory: () => Promise.resolve(directoryOf(people, [])) });
  let nowMs = 0;

  function people(known: readonly Person[]) {
    nowMs = 0;
    return createSlackPeople({
      base: base(known),
      client: scene.client,
      teamId,
      ttlMs: 60_000,
      wallClock: () => nowMs,
      log: () => undefined,
    });
  }

  it('are found by their confirmed e-mail, when it is one account’s only', async () => {
    const found = await people([ada]).directory();

    expect(found.bySlack(teamId, 'U0ADA')?.personId).toBe('ada');
    scene.slack.addPerson({ id: 'U0TWIN', handle: 'twin', realName: 'Twin', email: 'ADA@acme.example' });
    expect((await people([ada]).directory()).bySlack(teamId, 'U0ADA')).toBeUndefined();
  });

  it('lose their say with their account', async () => {
    const gil = samplePerson({
      personId: 'gil',
      email: 'gil@acme.example',
      slack: { teamId, userId: 'U0GIL' },
    });
    scene.slack.setStatus('U0ADA', 'deactivated');

    const found = await people([samplePerson(), gil]).directory();

    expect(found.person('ada')?.active).toBe(false);
    expect(found.person('gil')?.fullMember).toBe(false);
  });

  it('are the directory’s alone while Slack is out of reach, for who must not wait for it', async () => {
    scene.slack.failNext('users.list', 'internal_error', 1);
    const said: string[] = [];
    const source = createSlackPeople({
      base: base([ada]),
      client: scene.client,
      teamId,
      ttlMs: 60_000,
      wallClock: () => nowMs,
      log: (level, message) => said.push(`${level} ${message}`),
      withoutSlack: 'base',
    });
    nowMs = 0;
    expect((await source.directory()).person('ada')?.slack).toBeUndefined();
    // Left alone for a minute, although Slack would answer now.
    expect((await source.directory()).person('ada')?.slack).toBeUndefined();
    expect(said).toEqual(['warn users.list failed; the directory serves alone']);
    nowMs = 61_000;
    expect((await source.directory()).person('ada')?.slack).toEqual({ teamId, userId: 'U0ADA' });
  });

  it('are read again after a while, and remembered a little longer when Slack fails', async () => {
    const source = people([ada]);
    await source.directory();
    scene.slack.failNext('users.list', 'internal_error', 2);

    nowMs = 61_000;
    expect((await source.directory()).bySlack(teamId, 'U0ADA')?.personId).toBe('ada');
    nowMs = 121_000;
    await expect(source.directory()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
