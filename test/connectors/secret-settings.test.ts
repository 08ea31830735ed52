import { describe, expect, it } from 'vitest';
import { manifest as awsIam } from '../../lib/connectors/aws-iam/manifest.ts';
import { secretsFor, secretsNamed } from '../../lib/connectors/secret-settings.ts';

const manifest = { ...awsIam, id: 'sample', secretSettings: ['passwordSecret', 'canaries.*.passwordSecret'] };
const settings = {
  user: 'a-name',
  passwordSecret: 'arn:b',
  canaries: [{ role: 'x', passwordSecret: 'arn:c' }, { role: 'y' }, { role: 'z', passwordSecret: 'arn:a' }],
};

describe('the secrets that settings name', () => {
  it('stand where the manifest says, each once, in order', () => {
    expect(secretsNamed(manifest, settings)).toEqual(['arn:a', 'arn:b', 'arn:c']);
    expect(
      secretsNamed(manifest, { passwordSecret: 'arn:a', canaries: { p: { passwordSecret: 'arn:a' } } }),
    ).toEqual(['arn:a']);
  });

  it('are none where a connector has none, and where settings are something else', () => {
    expect(secretsNamed(awsIam, settings)).toEqual([]);
    for (const odd of [
      undefined,
      null,
      'text',
      { passwordSecret: 7, canaries: 'no' },
      [],
      { canaries: [null] },
    ]) {
      expect(secretsNamed(manifest, odd)).toEqual([]);
    }
  });

  it('are all that the connector can read', async () => {
    const asked: string[] = [];
    const read = secretsFor(manifest, settings, async (name) => {
      asked.push(name);
      return 'value';
    });

    expect(await read('arn:c')).toBe('value');
    await expect(read('a-name')).rejects.toMatchObject({ code: 'BAD_SETTING' });
    expect(asked).toEqual(['arn:c']);
  });
});
