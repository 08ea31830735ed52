import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryHistoryIndex } from '../../../lib/adapters/memory/ledger-history-index.ts';
import { campaignRoot } from '../../../lib/application/ledger/campaign-root.ts';
import { rebuildHistory } from '../../../lib/application/ledger/index-history.ts';
import { readHistory } from '../../../lib/application/ledger/read-history.ts';
import { openLedger } from '../../../lib/application/ledger/read-ledger.ts';
import { sealLedger } from '../../../lib/application/ledger/seal-ledger.ts';
import { hexBytes } from '../../../lib/domain/attestation/bytes/text-bytes.ts';
import { verifyConsistency, verifyInclusion } from '../../../lib/domain/attestation/log/verify-proof.ts';
import type { Fact } from '../../../lib/domain/attestation/statement.ts';
import { instantOf } from '../../../lib/domain/time.ts';
import {
  attestFacts,
  attestorWith,
  openTestLog,
  rootOverEnvelopes,
  START_MS,
} from '../../support/ledger/test-log.ts';
import { openWatchedLog } from '../../support/ledger/watched-log.ts';

describe('a view of the ledger', () => {
  it('proves inclusion and consistency at any size from tiles alone', async () => {
    const { deps, store, ledger } = await openTestLog(290);
    await attestFacts(
      store,
      Array.from({ length: 600 }, (_, n) => n),
    );
    while ((await sealLedger(deps)()).outcome === 'sealed');
    const leafReads: string[] = [];
    const watched = new Proxy(ledger, {
      get(target, name) {
        if (name === 'leaves') leafReads.push('leaves');
        return Reflect.get(target, name) as unknown;
      },
    });
    const leaves = await ledger.leaves(0, 600);
    const view = await openLedger({ store, ledger: watched });

    const size = fc.integer({ min: 1, max: 600 });
    await fc.assert(
      fc.asyncProperty(size, size, fc.nat(599), async (a, b, at) => {
        const [size1, size2] = [Math.min(a, b), Math.max(a, b)];
        const [root1, root2] = [hexBytes(await view.rootAt(size1)), hexBytes(await view.rootAt(size2))];
        const index = at % size2;
        const leafHash = hexBytes(leaves[index]!.leafHash);
        const path = await view.proveInclusion(index, size2);
        expect(verifyInclusion({ index, size: size2, leafHash, path, root: root2 })).toBe(true);
        const proof = await view.proveConsistency(size1, size2);
        expect(verifyConsistency({ size1, size2, root1, root2, path: proof })).toBe(true);
      }),
      { numRuns: 60 },
    );
    expect(leafReads).toEqual([]);
    expect(await view.rootAt(600)).toBe(view.head.root);
  });

  it('trusts nothing at or past the head, even when it is stored', async () => {
    const { deps, store, ledger } = await openTestLog();
    await attestFacts(store, [1, 2]);
    await sealLedger(deps)();
    const records = await attestFacts(store, [3]);
    const stopping = {
      ...deps,
      store: new Proxy(store, {
        get(target, name) {
          if (name === 'commit')
            return async () => Promise.reject(new Error('stopped before the head moved'));
          return Reflect.get(target, name) as unknown;
        },
      }),
    };
    await expect(sealLedger(stopping)()).rejects.toThrow('stopped');
    expect(await ledger.get('leaf', { index: 2 })).toBeDefined();

    const view = await openLedger({ store, ledger });

    expect(view.head.size).toBe(2);
    await expect(view.leaf(2)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await view.indexOf(records[0]!.attestationId)).toBeUndefined();
    expect((await view.checkpointUpTo(99))?.size).toBe(2);
    await expect(view.proveInclusion(2, 3)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const seen = [];
    for await (const leaf of view.leaves()) seen.push(leaf.index);
    expect(seen).toEqual([0, 1]);
  });

  it('stops at a leaf that is missing or altered', async () => {
    const { deps, store, ledger } = await openTestLog();
    await attestFacts(store, [1, 2, 3]);
    await sealLedger(deps)();
    const readAll = async (leaves: typeof ledger.leaves) => {
      const view = await openLedger({ store, ledger: { ...ledger, leaves } });
      for await (const leaf of view.leaves()) expect(leaf).toBeDefined();
    };
    const real = (start: number, end: number) => ledger.leaves(start, end);

    await expect(
      readAll(async (a, b) => (await real(a, b)).filter(({ index }) => index !== 1)),
    ).rejects.toMatchObject({
      code: 'CORRUPT_RECORD',
    });
    await expect(
      readAll(async (a, b) => (await real(a, b)).map((leaf) => ({ ...leaf, envelope: `${leaf.envelope} ` }))),
    ).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });
});

describe('history', () => {
  const attestor = attestorWith();
  const [anna, bela] = [attestor.pseudonym('anna'), attestor.pseudonym('bela')];

  function decision(n: number, campaignId: string, user: string, personId: string): Fact {
    const at = instantOf(START_MS + n * 1000);
    return {
      name: 'decision',
      subject: { name: user, sha256: 'ab'.repeat(32) },
      step: 'decision',
      ordinal: n,
      predicate: {
        build: 'test',
        actor: attestor.person(
          { personId, method: 'slack-signed-interaction', issuer: 'T1', at, evidenceDigest: 'e' },
          'accountable',
        ),
        at,
        campaignId,
        definitionDigest: 'd',
        identityId: user,
        verdict: 'certify',
        reason: 'used nightly',
        recommendation: 'keep',
        tier: 'low',
        awaitingSecond: false,
      },
    };
  }

  function opened(n: number, campaignId: string, controls: string[]): Fact {
    const at = instantOf(START_MS + n * 1000);
    return {
      name: 'campaign-opened',
      subject: { name: campaignId, sha256: 'cd'.repeat(32) },
      step: 'opened',
      ordinal: n,
      predicate: {
        build: 'test',
        actor: attestor.system,
        at,
        campaignId,
        definitionDigest: 'd',
        title: 't',
        controls,
        inventories: [],
        counts: { considered: 1, included: 1, excluded: 0, dockets: 1 },
        dueAt: at,
        graceEndsAt: at,
        closeBy: at,
      },
    };
  }

  async function sample() {
    const watched = await openWatchedLog();
    const facts = [
      opened(0, 'q1', ['soc2/CC6.1']),
      decision(1, 'q1', 'aws/u1', 'anna'),
      decision(2, 'q1', 'aws/u2', 'bela'),
      opened(3, 'q2', ['soc2/CC6.1', 'pci-dss/7.2.5.1']),
      decision(4, 'q2', 'aws/u1', 'bela'),
      decision(5, 'q2', 'aws/u3', 'anna'),
    ];
    for (const [n, fact] of facts.entries()) {
      const { writes } = await attestor.attest(fact, instantOf(START_MS + n * 1000));
      await watched.store.commit(writes);
    }
    await watched.tend();
    return watched;
  }

  const at = (n: number) => instantOf(START_MS + n * 1000);

  it.each([
    ['an identity', { identityId: 'aws/u1' }, [1, 4]],
    ['a person', { person: bela }, [2, 4]],
    ['a campaign', { campaignId: 'q1' }, [0, 1, 2]],
    ['a control, through its campaigns', { control: 'soc2/CC6.1' }, [0, 1, 2, 3, 4, 5]],
    ['a control of one campaign', { control: 'pci-dss/7.2.5.1' }, [3, 4, 5]],
    ['a time', { since: at(1), until: at(4) }, [1, 2, 3]],
    ['several at once', { control: 'soc2/CC6.1', person: anna, since: at(2) }, [5]],
    ['a control and a campaign not under it', { control: 'pci-dss/7.2.5.1', campaignId: 'q1' }, []],
    ['an unknown control', { control: 'iso/9' }, []],
    ['everything', {}, [0, 1, 2, 3, 4, 5]],
  ])('is found by %s, in pages of any size', async (_, question, expected) => {
    const { history } = await sample();
    const read = readHistory({ history });
    for (const limit of [1, 2, 100]) {
      const found: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await read(question, { limit, cursor });
        expect(page.entries.length).toBeLessThanOrEqual(limit);
        found.push(...page.entries.map(({ index }) => index));
        cursor = page.next;
      } while (cursor !== undefined);
      expect(found).toEqual(expected);
    }
  });

  it('can be made again from the ledger alone', async () => {
    const watched = await sample();
    const fresh = createMemoryHistoryIndex();

    expect(await rebuildHistory({ ...watched, history: fresh })()).toBe(6);

    const all = { facet: { by: 'time' } } as const;
    expect(await fresh.list(all)).toEqual(await watched.history.list(all));
  });

  it('gives count and root of a campaign’s leaves in log order, up to a size', async () => {
    const { history, ledger } = await sample();
    const leaves = await ledger.leaves(0, 6);
    const rootOver = (indexes: readonly number[]) =>
      rootOverEnvelopes(indexes.map((index) => leaves[index]!.envelope));

    expect(await campaignRoot({ history })('q2', 6)).toEqual({ count: 3, root: rootOver([3, 4, 5]) });
    expect(await campaignRoot({ history })('q2', 5)).toEqual({ count: 2, root: rootOver([3, 4]) });
    expect(await campaignRoot({ history })('q9', 6)).toEqual({ count: 0, root: rootOver([]) });
  });

  it('refuses a cursor that is not its own', async () => {
    const { history } = await sample();

    await expect(readHistory({ history })({}, { cursor: '{"lane":-1}' })).rejects.toMatchObject({
      code: 'MALFORMED_REQUEST',
    });
  });
});
