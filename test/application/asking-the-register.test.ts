import { describe, expect, test } from 'vitest';
import { readDefinition } from '../../lib/application/apply-definition.ts';
import { campaignStatus } from '../../lib/application/campaign-status.ts';
import { explainIdentity } from '../../lib/application/explain-identity.ts';
import { findItem } from '../../lib/application/find-item.ts';
import { listIdentities } from '../../lib/application/list-identities.ts';
import { previewCampaign } from '../../lib/application/preview-campaign.ts';
import { stopEnforcement } from '../../lib/application/stop-enforcement.ts';
import type { Identity } from '../../lib/domain/identity/identity.ts';
import { IdentityId, identityIdOf, identityKeyOf } from '../../lib/domain/identity/identity-id.ts';
import { plusDays } from '../../lib/domain/time.ts';
import { sampleIdentity } from '../support/sample-identity.ts';
import { DEFINITION, MONDAY, world } from '../support/world.ts';

const owned = (name: string, owner: string, changes: Partial<Identity> = {}): Identity =>
  sampleIdentity({
    name,
    ownerHints: [{ role: 'accountable', value: owner, source: 'tag', detail: 'tag owner' }],
    ...changes,
  });

const person = owned('console-user', 'ada', {
  exclusion: { code: 'person', reason: 'a person with a console password and no access key' },
});
const identities = [owned('svc-a', 'ada'), owned('svc-b', 'ben'), owned('svc-c', 'nobody-known'), person];

const keyOf = (name: string) =>
  identityKeyOf(identityIdOf('aws-iam', '123456789012', 'service-account', `user/${name}`));

describe('previewing a campaign', () => {
  test('tells exactly what launching then does, and writes nothing', async () => {
    const here = await world({ identities });
    await here.collect();
    const { environment } = here;
    const directory = await environment.people.directory();
    const definition = readDefinition(DEFINITION, directory, environment.expressions, 'test');

    const preview = await previewCampaign(environment)(definition);

    expect(await environment.store.campaigns()).toEqual([]);
    expect(preview.counts).toEqual({ considered: 4, included: 3, excluded: 1 });
    expect(preview.leftOut).toEqual([
      { reason: 'a person with a console password and no access key', count: 1 },
    ]);
    expect(preview.unowned).toBe(1);
    expect(preview.reviewers.map(({ personId, items }) => [personId, items])).toEqual([
      ['ada', 1],
      ['ben', 1],
      ['fay', 1],
    ]);
    const opened = await here.open();
    expect(opened.counts).toMatchObject(preview.counts);
    expect(opened).toMatchObject(preview.timeline);
  });

  test('needs an inventory', async () => {
    const { environment } = await world({ identities });
    const directory = await environment.people.directory();
    const definition = readDefinition(DEFINITION, directory, environment.expressions, 'test');

    await expect(previewCampaign(environment)(definition)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('finding what a person names', () => {
  test('an item is found by key, by id and by a name that only one has', async () => {
    const here = await world({ identities });
    const { campaignId } = await here.open();
    const expected = { campaignId, identityKey: keyOf('svc-a') };

    for (const called of ['svc-a', keyOf('svc-a'), identities[0]!.identityId]) {
      expect(await findItem(here.environment, `${campaignId}/${called}`)).toEqual(expected);
    }
  });

  test('a name that two have is refused with both', async () => {
    const twin = {
      ...owned('svc-a', 'ada'),
      identityId: IdentityId.parse('aws-iam/123456789012/service-account/path/svc-a'),
    };
    const here = await world({ identities: [owned('svc-a', 'ada'), twin] });
    const { campaignId } = await here.open();

    const finding = findItem(here.environment, `${campaignId}/svc-a`);

    await expect(finding).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
      message: expect.stringMatching(/names 2 identities.*user\/svc-a, .*path\/svc-a/),
    });
  });

  test('what is excluded is no item', async () => {
    const here = await world({ identities });
    const { campaignId } = await here.open();

    await expect(findItem(here.environment, `${campaignId}/console-user`)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('the register', () => {
  test('lists what an expression admits, with owner and standing', async () => {
    const here = await world({ identities });
    const { campaignId } = await here.open();
    const item = { campaignId, identityKey: keyOf('svc-a') };
    await here.actions.decide({
      item,
      request: { verdict: 'certify', reason: 'builds' },
      who: here.who('ada'),
      actId: 'act-1',
    });

    const lines = await listIdentities(here.environment)('identity.name.startsWith("svc-")');

    expect(
      lines.map(({ name, owner, standing }) => [name, owner?.personId, owner?.orphan, standing.standing]),
    ).toEqual([
      ['svc-a', 'ada', false, 'vouched'],
      ['svc-b', 'ben', false, 'unattested'],
      ['svc-c', 'fay', true, 'unattested'],
    ]);
  });

  test('without a definition nobody is said to own anything', async () => {
    const here = await world({ identities });
    await here.collect();

    const [line] = await listIdentities(here.environment)();

    expect(line?.owner).toBeUndefined();
  });

  test('explains one: claims, risk with reasons, days without a word', async () => {
    const here = await world({ identities });
    await here.open();

    const explained = await explainIdentity(here.environment)('svc-c');

    expect(explained.owner).toMatchObject({ personId: 'fay', orphan: true });
    expect(explained.claims.map(({ value, outcome }) => [value, outcome])).toEqual([
      ['nobody-known', 'unknown-person'],
      ['fay', 'reviewer'],
    ]);
    expect(explained.daysUnattested).toBeGreaterThan(600);
    expect(explained.items).toHaveLength(1);
    expect(explained.risk.reasons.length).toBeGreaterThan(0);
  });

  test('counts a campaign exactly, with an as of', async () => {
    const here = await world({ identities });
    const { campaignId } = await here.open();

    const status = await campaignStatus(here.environment)(campaignId);

    expect(status.asOf).toBe(MONDAY);
    expect(status.answered).toEqual({ numerator: 0, denominator: 3 });
    expect(status.sums.answers).toMatchObject({ open: 3, excluded: 1 });
    expect(status.waitingFor.map(({ personId, open }) => [personId, open])).toEqual([
      ['ada', 1],
      ['ben', 1],
      ['fay', 1],
    ]);
  });
});

describe('the global stop', () => {
  test('nothing is switched off while it holds; it takes two people to lift it', async () => {
    const here = await world({ identities });
    const campaign = await here.open();
    const turn = stopEnforcement(here.environment);
    await turn({ act: 'stop', reason: 'outage' }, here.who('sam'));
    await here.until(plusDays(campaign.graceEndsAt, 2));

    expect(here.target.disables).toEqual([]);
    await expect(
      turn({ act: 'start', reason: 'over', approverId: 'sam' }, here.who('sam')),
    ).rejects.toMatchObject({
      code: 'SECOND_PERSON',
    });
    await turn({ act: 'start', reason: 'over', approverId: 'max' }, here.who('sam'));
    await here.until(plusDays(campaign.graceEndsAt, 9));
    expect(here.target.disables.length).toBeGreaterThan(0);
  });

  test('owners may not turn it, and turning it twice is turning it once', async () => {
    const here = await world({ identities });
    const turn = stopEnforcement(here.environment);

    await expect(turn({ act: 'stop', reason: 'x' }, here.who('ada'))).rejects.toMatchObject({
      code: 'NOT_ELIGIBLE',
    });
    const first = await turn({ act: 'stop', reason: 'x' }, here.who('sam'));
    expect(await turn({ act: 'stop', reason: 'y' }, here.who('max'))).toEqual(first);
  });

  test('starting what was never stopped changes nothing', async () => {
    const here = await world({ identities });

    const state = await stopEnforcement(here.environment)(
      { act: 'start', reason: 'x', approverId: 'max' },
      here.who('sam'),
    );

    expect(state.stopped).toBe(false);
    expect(await here.environment.store.get('switch', { switchId: 'enforcement' })).toBeUndefined();
  });
});

describe('what a person switched off by hand', () => {
  test('stays unchecked however often it is looked at, and comes back on a person’s word', async () => {
    const agent = owned('assistant', 'ada', { kind: 'ai-agent' });
    const here = await world({ identities: [agent] });
    const { verify } = here.target.connector;
    here.target.connector.verify = () => Promise.reject(new Error('asked about a state it never wrote'));
    const { campaignId } = await here.open();
    const identityKey = identityKeyOf(agent.identityId);
    const item = { campaignId, identityKey };
    const revoke = { verdict: 'revoke', reason: 'retired' } as const;
    await here.actions.decide({ item, request: revoke, who: here.who('ada'), actId: 'act-1' });
    await here.until(plusDays(MONDAY, 3));
    const [open] = await here.environment.store.removalsOf(identityKey);
    await here.actions.approve({
      kind: 'manual-task',
      ...item,
      id: open?.removalId ?? '',
      agree: true,
      reason: 'done in the console',
      who: here.who('ada'),
      actId: 'act-2',
    });
    await here.until(plusDays(MONDAY, 6));

    const [off] = await here.environment.store.removalsOf(identityKey);
    expect(open?.state).toBe('manual-open');
    expect(off).toMatchObject({ state: 'quarantined', verification: { level: 'unchecked' } });
    expect(off?.verification?.reasons[0]).toContain('on the word of a person');
    const undone = {
      identityKey,
      removalId: off?.removalId ?? '',
      reason: 'needed',
      who: here.who('ada'),
      actId: 'act-3',
    };
    expect((await here.actions.undo(undone)).removal?.state).toBe('restored');
    expect(here.target.restores).toEqual([]);
    here.target.connector.verify = verify;
  });
});
