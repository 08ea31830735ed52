import { describe, expect, it } from 'vitest';
import { environmentSecrets } from '../../../lib/adapters/secrets/environment-secrets.ts';

const read = environmentSecrets({ DB_PASSWORD: 'a secret of this test', EMPTY: '', UNFILLED: '<password>' });

describe('a secret of this machine', () => {
  it('is what the variable holds', async () => {
    expect(await read('env:DB_PASSWORD')).toBe('a secret of this test');
  });

  it.each([
    ['env:OTHER', 'Secret env:OTHER does not exist: set OTHER.'],
    ['env:toString', 'Secret env:toString does not exist: set toString.'],
    ['env:EMPTY', 'Secret env:EMPTY is not filled in.'],
    ['env:UNFILLED', 'Secret env:UNFILLED is not filled in.'],
    [
      'arn:aws:secretsmanager:eu-central-1:111122223333:secret:db-AbCdEf',
      'Secret arn:aws:secretsmanager:eu-central-1:111122223333:secret:db-AbCdEf is not on this machine: here secrets are named env:NAME.',
    ],
  ])('is refused as %s, without its value', async (name, message) => {
    await expect(read(name)).rejects.toMatchObject({ code: 'BAD_SETTING', message });
  });
});
