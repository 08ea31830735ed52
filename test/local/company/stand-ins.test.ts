import { describe, expect, it } from 'vitest';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import { resolveOwner } from '../../../lib/domain/review/resolve-owner.ts';
import { OFFICES, standInsFor } from '../../../lib/local/company/stand-ins.ts';
import { parseAccountSeed } from '../../../lib/local/iam/account-seed.ts';

const seed = parseAccountSeed({
  accountId: '123456789012',
  users: [
    { userName: 'a', createdAt: '2026-01-01T00:00:00Z', tags: { owner: 'Ada Lovelace <ada@x.example>' } },
    {
      userName: 'b',
      createdAt: '2026-01-01T00:00:00Z',
      tags: { owner: 'ADA@x.example', team: 'Platform Team' },
    },
    { userName: 'c', createdAt: '2026-01-01T00:00:00Z', tags: { 'created-by': 'mallory@x.example' } },
  ],
});

describe('stand-ins of an account', () => {
  it('are one per claim in tags and owners file, named as stand-ins, and none for whoever merely created something', () => {
    const { people } = standInsFor(seed, undefined);
    const offices = Object.values(OFFICES) as string[];

    const owners = people.filter(({ personId }) => !offices.includes(personId));

    expect(owners.map(({ name }) => name)).toEqual([
      'Stand-in for ADA@x.example',
      'Stand-in for Platform Team',
    ]);
    expect(people.every(({ name }) => name.startsWith('Stand-in'))).toBe(true);
  });

  it('can be found by every claim they stand for', () => {
    const { people, teams } = standInsFor(seed, {
      file: 'owners.csv',
      rows: [{ identity: 'd', owner: 'eve', team: '@acme/data', line: 2 }],
    });
    const directory = directoryOf(people, teams);

    const found = ['ada@x.example', 'Ada Lovelace <ada@x.example>', 'Platform Team', 'eve', '@acme/data'].map(
      (claim) => resolveOwner(claim, directory)?.kind,
    );

    expect(found).toEqual(['person', 'person', 'team', 'person', 'team']);
  });

  it('hold every office a review names, each a person of their own with a Slack account', () => {
    const { people } = standInsFor(seed, undefined);
    const offices = people.filter(({ personId }) => Object.values<string>(OFFICES).includes(personId));

    expect(offices).toHaveLength(5);
    expect(new Set(offices.map(({ slack }) => slack?.userId)).size).toBe(5);
  });
});
