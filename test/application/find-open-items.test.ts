import { describe, expect, test } from 'vitest';
import { identityKeyOf } from '../../lib/domain/identity/identity-id.ts';
import { ownedIdentity } from '../support/reviews.ts';
import { world } from '../support/world.ts';

const [deployer, old, other] = [
  ownedIdentity('deployer', 'ada'),
  ownedIdentity('old-deployer', 'ada'),
  ownedIdentity('deployer-of-cleo', 'cleo'),
];

describe('looking for an identity that waits for an answer', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['a part of the name, the best match first', 'Deployer', ['deployer', 'old-deployer']],
    ['its beginning', 'old', ['old-deployer']],
    ['its key', identityKeyOf(deployer.identityId), ['deployer']],
    ['its id', old.identityId, ['old-deployer']],
    ['what the provider calls it', 'arn:aws:iam::123456789012:user/old-deployer', ['old-deployer']],
    ['nothing', '  ', []],
    ['somebody else’s', other.identityId, []],
    ['a name nobody has', 'payroll', []],
  ];
  test.each(cases)('finds by %s', async (_what, text, names) => {
    const w = await world({ identities: [deployer, old, other] });
    await w.open();

    const found = await w.actions.find({ personId: 'ada', text });
    expect(found.map(({ item }) => item.name)).toEqual(names);
  });
});
