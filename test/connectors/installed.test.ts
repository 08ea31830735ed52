import { describe, expect, it } from 'vitest';
import { collectIdentities } from '../../lib/application/collect-identities.ts';
import { installedConnectors } from '../../lib/connectors/installed.ts';
import { InvalidInputError } from '../../lib/domain/errors.ts';
import { identity } from '../domain/identity/samples.ts';
import { targetSystem } from '../support/target-system.ts';
import { world } from '../support/world.ts';

describe('connectors of several accounts', () => {
  const now = { now: () => identity({}).observedAt };
  const systemOf = (scope: string) => ({ ...targetSystem([identity({ scope })], now).connector, scope });
  const production = systemOf('111111111111');
  const test = systemOf('222222222222');
  const both = installedConnectors([production, test]);

  it('are chosen by the account an identity lives in', () => {
    expect(both.chosen('aws-iam', '222222222222')).toEqual([test]);
    expect(both.chosen('aws-iam', '111111111111')).toEqual([production]);
  });

  it('are all meant when only their kind is named', () => {
    expect(both.chosen('aws-iam', undefined)).toEqual([production, test]);
  });

  it('never stand in for an account that nobody installed', () => {
    expect(() => both.chosen('aws-iam', '333333333333')).toThrow(InvalidInputError);
    expect(() => both.chosen('aws-iam', '333333333333')).toThrow('"aws-iam" is installed for 333333333333');
    expect(() => both.chosen('okta', undefined)).toThrow('No connector "okta" is installed.');
  });

  it('read one account again without reading the others', async () => {
    const read: string[] = [];
    const watched = [production, test].map((connector) => ({
      ...connector,
      collect: () => {
        read.push(connector.scope);
        return connector.collect();
      },
    }));
    const { environment } = await world({ identities: [] });
    const collect = collectIdentities(
      { ...environment, connectors: installedConnectors(watched) },
      (each) => each,
    );
    await collect('aws-iam', { scope: '222222222222' });
    expect(read).toEqual(['222222222222']);
    await collect('aws-iam');
    expect(read).toEqual(['222222222222', '111111111111', '222222222222']);
  });
});
