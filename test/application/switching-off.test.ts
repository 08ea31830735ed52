import { describe, expect, test } from 'vitest';
import { enforceRemoval } from '../../lib/application/removal/enforce-removal.ts';
import { verifyRemoval } from '../../lib/application/removal/verify-removal.ts';
import { UpstreamError } from '../../lib/domain/errors.ts';
import type { Credential } from '../../lib/domain/identity/credential.ts';
import { HOUR_MS, MINUTE_MS, plusDays, plusMs } from '../../lib/domain/time.ts';
import { wire } from '../support/power-cuts.ts';
import { answer, bringBack, itemRef, ownedIdentity, storedItem, storedRemoval } from '../support/reviews.ts';
import { throttled } from '../support/target-system.ts';
import { MONDAY, type World, world } from '../support/world.ts';

const lost = () =>
  new UpstreamError({ code: 'TIMEOUT', provider: 'slack', retryable: true, message: 'lost' });

const key = (credentialId: string): Credential => ({
  credentialId,
  type: 'access-key',
  status: 'active',
  createdAt: { known: true, value: plusDays(MONDAY, -100), source: 'report' },
  lastRotatedAt: { known: false, lookedIn: ['report'] },
  expiresAt: { known: false, lookedIn: ['report'] },
  lastUse: { state: 'used', at: plusDays(MONDAY, -1), source: 'report' },
});

/** Loses the first message of a purpose. */
function loseFirst(w: World, purpose: string): void {
  const lostOn = new Set<string>();
  w.faults.failSend = ({ body, channel }) => {
    if (body.purpose !== purpose || lostOn.has(channel)) return undefined;
    lostOn.add(channel);
    return lost();
  };
}

/** Revokes each by its owner and lets time reach the moment before they are due. */
async function revoked(
  w: World,
  campaign: { campaignId: string },
  identities: readonly ReturnType<typeof ownedIdentity>[],
) {
  for (const each of identities) {
    const owner = each.ownerHints[0]?.value.split('@')[0] ?? '';
    await answer(w, itemRef(campaign, each), owner, { verdict: 'revoke', reason: 'gone' });
  }
}

/** One identity, revoked by its owner Ada; switching it off leads to that notice. */
async function revokedFor(purpose: string) {
  const isByHand = purpose === 'manual-task';
  const one = ownedIdentity(isByHand ? 'agent' : 'one', 'ada', isByHand ? { kind: 'ai-agent' } : {});
  const protect = purpose === 'held' ? [{ where: 'true', reason: 'no' }] : [];
  const w = await world({
    identities: [one],
    lenient: true,
    definition: { enforcement: { defaultMode: 'armed', protect } },
  });
  const campaign = await w.open();
  await revoked(w, campaign, [one]);
  return { w, one, campaign };
}

const enforcerOf = (w: World) =>
  enforceRemoval({ environment: w.environment, collect: w.collect, tell: w.tell });

const verifierOf = (w: World) =>
  verifyRemoval({ environment: w.environment, collect: w.collect, tell: w.tell });

/** One look at a removal after which somebody must know something. */
interface Look {
  readonly purpose: string;
  readonly told: readonly string[];
  /** Brings its removal to where the look is due, and gives the look. */
  readonly due: (w: World, ref: ReturnType<typeof itemRef>) => Promise<() => Promise<unknown>>;
}

const LOOKS: readonly Look[] = [
  {
    purpose: 'switched-off',
    told: ['ada'],
    async due(w, ref) {
      w.setClock(plusMs(MONDAY, HOUR_MS));
      const removal = await storedRemoval(w, ref);
      return () => enforcerOf(w)(removal);
    },
  },
  {
    purpose: 'switched-off',
    told: ['ada'],
    // The work right after the switch-off is lost: the first check makes up for it.
    async due(w, ref) {
      w.setClock(plusMs(MONDAY, HOUR_MS));
      const removal = await storedRemoval(w, ref);
      const { store } = w.environment;
      const { get } = store;
      store.get = async (kind, key) => {
        if (kind === 'desk') throw lost();
        return get(kind, key);
      };
      await expect(enforcerOf(w)(removal)).rejects.toThrow('lost');
      store.get = get;
      return () => verifierOf(w)(removal);
    },
  },
  {
    purpose: 'held',
    told: ['max'],
    async due(w, ref) {
      w.setClock(plusMs(MONDAY, HOUR_MS));
      const removal = await storedRemoval(w, ref);
      return () => enforcerOf(w)(removal);
    },
  },
  {
    purpose: 'drift',
    told: ['ada', 'max'],
    async due(w, ref) {
      await w.until(plusDays(MONDAY, 1));
      const removal = await storedRemoval(w, ref);
      w.target.enabled.set(removal.identityId, true);
      w.setClock(removal.nextDueAt ?? MONDAY);
      return () => verifierOf(w)(removal);
    },
  },
  {
    purpose: 'manual-task',
    told: ['ada'],
    async due(w, ref) {
      w.setClock(plusMs(MONDAY, HOUR_MS));
      const removal = await storedRemoval(w, ref);
      return () => enforcerOf(w)(removal);
    },
  },
  {
    purpose: 'manual-task',
    told: ['max'],
    // Nobody confirms it, and the manager is reminded.
    async due(w, ref) {
      await w.until(plusDays(MONDAY, 1));
      const removal = await storedRemoval(w, ref);
      w.setClock(removal.nextDueAt ?? MONDAY);
      return () => enforcerOf(w)(removal);
    },
  },
];

describe('a cap', () => {
  test('of a percentage per owner is one of what that owner has', async () => {
    const mine = Array.from({ length: 4 }, (_, n) => ownedIdentity(`ada-${n}`, 'ada'));
    const others = Array.from({ length: 16 }, (_, n) => ownedIdentity(`ben-${n}`, 'ben'));
    const w = await world({
      identities: [...mine, ...others],
      definition: { enforcement: { defaultMode: 'armed', caps: [{ per: 'owner', percent: 50 }] } },
    });
    await revoked(w, await w.open(), mine);
    await w.until(plusDays(MONDAY, 1));
    expect(w.target.disables).toHaveLength(2);
  });

  test('holds exactly when two switch-offs are cleared at the same moment', async () => {
    const [one, two] = [ownedIdentity('one', 'ada'), ownedIdentity('two', 'ada')];
    const w = await world({
      identities: [one, two],
      definition: { enforcement: { defaultMode: 'armed', caps: [{ per: 'campaign', count: 1 }] } },
    });
    const campaign = await w.open();
    await revoked(w, campaign, [one, two]);
    w.setClock(plusMs(MONDAY, HOUR_MS));
    const { connector } = w.target;
    const { locate } = connector;
    const removals = await Promise.all([one, two].map((each) => storedRemoval(w, itemRef(campaign, each))));
    const [first, second] = removals;
    if (!first || !second) throw new Error('no removals');
    connector.locate = async (target) => {
      // While the first is being looked at, the second is switched off.
      connector.locate = locate;
      await enforcerOf(w)(second);
      return locate(target);
    };
    await enforcerOf(w)(first).catch(() => undefined);
    connector.locate = locate;
    await w.settle();
    expect(w.target.disables).toHaveLength(1);
  });
});

describe('a switch-off', () => {
  test('worked on by two at once is done once and keeps what was there before', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one] });
    const campaign = await w.open();
    await revoked(w, campaign, [one]);
    w.setClock(plusMs(MONDAY, HOUR_MS));
    const planned = await storedRemoval(w, itemRef(campaign, one));
    const enforce = enforcerOf(w);
    await Promise.allSettled([enforce(planned), enforce(planned), enforce(planned)]);
    await w.settle();
    expect(w.target.disables).toHaveLength(1);
    expect(await storedRemoval(w, itemRef(campaign, one))).toMatchObject({
      state: 'quarantined',
      preImage: { wasEnabled: true },
    });
  });

  test('that failed after it took effect can be brought back, and is asked about again', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one] });
    const campaign = await w.open();
    const ref = itemRef(campaign, one);
    await revoked(w, campaign, [one]);
    const { connector } = w.target;
    const { disable } = connector;
    connector.disable = async (target, state) => {
      await disable(target, state);
      throw throttled();
    };
    await w.until(plusDays(MONDAY, 1));
    const failed = await storedRemoval(w, ref);
    expect(failed.state).toBe('failed');
    expect(w.target.enabled.get(one.identityId)).toBe(false);

    await bringBack(w, ref, failed.removalId, 'ada');
    expect(w.target.enabled.get(one.identityId)).toBe(true);
    expect((await storedRemoval(w, ref)).state).toBe('restored');
    expect((await storedItem(w, ref)).state).toBe('open');
  });

  test('whose answer was lost says that it changed something', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one] });
    const campaign = await w.open();
    await revoked(w, campaign, [one]);
    w.target.failDisable = { error: throttled(), after: true };
    await w.until(plusDays(MONDAY, 1));
    const texts = w.sent.flatMap(({ body }) => (body.purpose === 'switched-off' ? [body.text] : []));
    expect(texts).toEqual(['was switched off']);
  });

  test('is stopped by the global stop between two tries', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one] });
    const campaign = await w.open();
    await revoked(w, campaign, [one]);
    w.target.failDisable = { error: throttled(), after: false };
    w.setClock(plusMs(MONDAY, HOUR_MS / 2));
    await w.settle();
    expect((await storedRemoval(w, itemRef(campaign, one))).state).toBe('executing');
    await w.environment.store.commit([
      {
        kind: 'switch',
        previous: undefined,
        record: {
          schemaVersion: 1,
          version: 1,
          switchId: 'enforcement',
          stopped: true,
          by: 'sam',
          at: w.clock.now(),
          reason: 'incident',
        },
      },
    ]);
    await w.until(plusDays(MONDAY, 1));
    expect(w.target.disables).toEqual([]);
  });

  test('of a protected identity is held, also where a person would do it by hand', async () => {
    const agent = ownedIdentity('agent', 'ada', {
      kind: 'ai-agent',
      protection: { protected: true, reason: 'it answers emergencies' },
    });
    const w = await world({ identities: [agent] });
    const campaign = await w.open();
    await revoked(w, campaign, [agent]);
    await w.until(plusDays(MONDAY, 1));
    expect(await storedRemoval(w, itemRef(campaign, agent))).toMatchObject({
      state: 'held',
      holds: [{ code: 'protected' }],
    });
    expect(w.sent.some(({ body }) => body.purpose === 'manual-task')).toBe(false);
  });

  test('of one key is called off when the other key is brought back: the question is open again', async () => {
    const two = ownedIdentity('two-keys', 'ada', { credentials: [key('k1'), key('k2')] });
    const w = await world({
      identities: [two],
      definition: { enforcement: { defaultMode: 'armed', caps: [{ per: 'campaign', count: 1 }] } },
    });
    Object.assign(w.target.connector.manifest.capabilities.disable, {
      'access-key': { how: 'automatic', description: 'a switch' },
    });
    const campaign = await w.open();
    const ref = itemRef(campaign, two);
    await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone', credentialIds: ['k1', 'k2'] });
    await w.until(plusDays(MONDAY, 1));
    const removals = await w.environment.store.removalsOf(ref.identityKey);
    expect(removals.map(({ state }) => state).toSorted()).toEqual(['held', 'quarantined']);
    const off = removals.find(({ state }) => state === 'quarantined');
    await bringBack(w, ref, off?.removalId ?? '', 'ada');
    const after = await w.environment.store.removalsOf(ref.identityKey);
    expect(after.map(({ state }) => state).toSorted()).toEqual(['cancelled', 'restored']);
    await answer(w, ref, 'ada', { verdict: 'certify', reason: 'needed' });
    await w.until(plusDays(MONDAY, 30), 12 * HOUR_MS);
    expect(w.target.disables).toHaveLength(1);
  });

  test('of more credentials than one answer can carry is refused with a way out', async () => {
    const many = Array.from({ length: 12 }, (_, n) => key(`k${n}`));
    const one = ownedIdentity('many-keys', 'ada', { credentials: many });
    const w = await world({ identities: [one] });
    const ref = itemRef(await w.open(), one);
    const credentialIds = many.map(({ credentialId }) => credentialId);
    await expect(
      answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone', credentialIds }),
    ).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
  });

  test('brought back while it is being checked is not taken for drift', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one], lenient: true });
    const campaign = await w.open();
    const ref = itemRef(campaign, one);
    await revoked(w, campaign, [one]);
    await w.until(plusDays(MONDAY, 1));
    const { removalId } = await storedRemoval(w, ref);
    const { connector } = w.target;
    const { restore } = connector;
    let goOn: () => void = () => undefined;
    const checked = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let restored: () => void = () => undefined;
    const restoring = new Promise<void>((resolve) => {
      restored = resolve;
    });
    connector.restore = async (target, preImage) => {
      const receipt = await restore(target, preImage);
      restored();
      await checked;
      return receipt;
    };
    w.setClock(plusDays(MONDAY, 2));
    const undoing = bringBack(w, ref, removalId, 'ada');
    await restoring;
    await w.settle();
    goOn();
    await undoing;
    expect(await storedRemoval(w, ref)).toMatchObject({ state: 'restored' });
    expect((await storedRemoval(w, ref)).driftedAt).toBeUndefined();
    expect(w.sent.some(({ body }) => body.purpose === 'drift')).toBe(false);
  });
});

describe('who must know', () => {
  test.each(['switched-off', 'held', 'drift', 'manual-task'])(
    'is told of %s although the first message was lost, and once',
    async (purpose) => {
      const { w, one } = await revokedFor(purpose);
      loseFirst(w, purpose);
      await w.until(plusDays(MONDAY, 1));
      if (purpose === 'drift') w.target.enabled.set(one.identityId, true);
      await w.until(plusDays(MONDAY, 4));
      const told = w.sent.filter(({ body }) => body.purpose === purpose).map(({ to }) => to.personId);
      const expected = { held: ['max'], drift: ['ada', 'max'] }[purpose] ?? ['ada'];
      expect(told.toSorted()).toEqual(expected);
    },
  );

  test.each(
    LOOKS.flatMap((look) => [
      { ...look, when: 'before' as const },
      { ...look, when: 'after' as const },
    ]),
  )('is told of $purpose in time ($told), whatever call the power goes $when', async (look) => {
    let call = 0;
    for (let isCut = true; isCut; ) {
      call += 1;
      const { w, one, campaign } = await revokedFor(look.purpose);
      const act = await look.due(w, itemRef(campaign, one));
      const since = w.sent.length;
      const power = wire(w);
      power.cutAt(call, look.when);
      await act().catch(() => undefined);
      isCut = power.restore();
      power.cutAt(undefined, look.when);
      // What broke off is done again, and what was gathered is told.
      for (let look = 0; look < 2; look += 1) {
        w.setClock(plusMs(w.clock.now(), 20 * MINUTE_MS));
        await w.settle();
      }
      // What is asked of a person waits for their working hours.
      if (w.sent.length === since) await w.until(plusDays(w.clock.now(), 2.5));
      const told = w.sent
        .slice(since)
        .flatMap(({ to, body }) => (body.purpose === look.purpose ? [to.personId] : []));
      expect([...new Set(told)].toSorted(), `call ${call}`).toEqual(look.told);
      expect(told.length - look.told.length, `again, call ${call}`).toBeLessThanOrEqual(isCut ? 1 : 0);
    }
    expect(call).toBeGreaterThan(5);
  });

  test('a switch-off held because nobody was told goes on when a delivery is reported late', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one] });
    w.faults.laterNews.add('slack').add('email');
    const campaign = await w.open();
    await w.until(plusDays(campaign.graceEndsAt, 1), 3 * HOUR_MS);
    expect(await storedRemoval(w, itemRef(campaign, one))).toMatchObject({
      state: 'held',
      holds: [{ code: 'nobody-told' }],
    });
    const notices = (await w.environment.store.noticesOf('ada')).entries;
    const mail = notices.find(({ channel }) => channel === 'email');
    await w.recordMailEvent({
      kind: 'delivered',
      messageId: mail?.providerId ?? '',
      recipients: [],
      at: undefined,
      detail: '250 ok',
    });
    await w.until(plusDays(campaign.graceEndsAt, 20), 6 * HOUR_MS);
    expect(w.target.disables).toHaveLength(1);
  });
});
