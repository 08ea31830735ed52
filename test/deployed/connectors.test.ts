import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deployedAddress, ownOf } from '../../lib/deployed/connectors.ts';
import { Installation } from '../../lib/installation.ts';
import { synthesise } from '../infrastructure/synthesise.ts';

const INSTALLATION = 's3://cdk-hnb659fds-assets-111122223333-eu-central-1/0123abcd.json';

describe('a file deployed for a connector', () => {
  test('is beside the installation document, where no bucket is named', () => {
    expect(deployedAddress('s3:///4567.csv', INSTALLATION)).toBe(
      's3://cdk-hnb659fds-assets-111122223333-eu-central-1/4567.csv',
    );
  });

  test('is where it says, where one is', () => {
    expect(deployedAddress('s3://elsewhere/4567.csv', INSTALLATION)).toBe('s3://elsewhere/4567.csv');
  });

  test('is one of the files the deployment takes along', async () => {
    const { folder } = await synthesise();
    const assets = readdirSync(folder).filter((name) => name.startsWith('asset.'));
    const documents = assets
      .filter((name) => name.endsWith('.json'))
      .map((name) => Installation.safeParse(JSON.parse(readFileSync(join(folder, name), 'utf8'))))
      .flatMap(({ data }) => data ?? []);

    expect(documents).toHaveLength(1);
    const path = documents[0]?.connectors.find(({ id }) => id === 'file')?.settings['path'];
    const { pathname } = new URL(deployedAddress(String(path), INSTALLATION));
    expect(assets).toContain(`asset.${pathname.slice(1)}`);
  });
});

describe('what is Countersign’s own', () => {
  const own = { ownPrincipals: ['arn:role'], ownSecrets: ['arn:secret'] };

  test('is told to the connectors to the systems it is in, beside what their settings list', () => {
    expect(ownOf('aws-iam', { ownPrincipals: ['arn:else'] }, own)).toEqual({
      ownPrincipals: ['arn:role', 'arn:else'],
    });
    expect(ownOf('aws-secrets-manager', {}, own)).toEqual({ ownSecrets: ['arn:secret'] });
  });

  test('is not told to others, whose settings would not take it', () => {
    expect(ownOf('file', {}, own)).toEqual({});
    expect(ownOf('__proto__', {}, own)).toEqual({});
  });
});
