import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { connectorModule, connectorRegistry } from '../../lib/connectors/registry.ts';

const folder = new URL('../../lib/connectors/', import.meta.url);
/** What the AWS connectors have in common: no connector. */
const SHARED = 'aws';
const FILES = [
  'README.md',
  'collect.ts',
  'connector.ts',
  'disable.ts',
  'manifest.ts',
  'schema.ts',
  'settings.ts',
  'verify.ts',
];

describe('the registry of connectors', () => {
  it('lists exactly the folders there are, each with the same files', async () => {
    const folders = (await readdir(folder, { withFileTypes: true })).filter(
      (entry) => entry.isDirectory() && entry.name !== SHARED,
    );

    expect([...connectorRegistry.keys()].sort()).toEqual(folders.map(({ name }) => name).sort());
    for (const { name } of folders) {
      expect(await readdir(new URL(`${name}/`, folder))).toEqual(expect.arrayContaining(FILES));
    }
  });

  it('knows each by the id of its manifest', () => {
    for (const [id, { manifest }] of connectorRegistry) expect(manifest.id).toBe(id);
  });

  it('refuses an unknown connector by naming those there are', () => {
    expect(() => connectorModule('__proto__')).toThrow(/aws-iam, .*file/);
  });

  it.each([
    ['aws-iam', { endpoint: 'http://169.254.169.254' }, /endpoint/],
    ['aws-iam', { endpoint: 'http://example.com' }, /endpoint/],
    [
      'aws-iam',
      { endpoint: 'https://iam.example.com', emulatorKeys: { accessKeyId: 'a', secretAccessKey: 'b' } },
      /emulatorKeys/,
    ],
    ['aws-iam', { surprise: 1 }, /surprise/],
    ['aws-secrets-manager', { endpoint: 'http://169.254.169.254' }, /endpoint/],
    ['aws-secrets-manager', { regions: ['us-east-1.example.com/'] }, /regions/],
    [
      'aws-secrets-manager',
      { endpoint: 'https://example.com', emulatorKeys: { accessKeyId: 'a', secretAccessKey: 'b' } },
      /emulatorKeys/,
    ],
    ['aws-secrets-manager', { surprise: 1 }, /surprise/],
    ['file', {}, /path/],
  ])('refuses settings of %s that are wrong, naming the field', (id, settings, message) => {
    const context = { clock: { now: () => '2026-01-01T00:00:00.000Z' as never }, note: () => {} };

    expect(() => connectorModule(id).create(settings, context)).toThrow(message);
  });
});
