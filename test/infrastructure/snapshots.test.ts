import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type SynthesiseOptions, synthesise } from './synthesise.ts';

/** What changes with every source file or commit, masked: hashes of assets and of the build. */
function masked(template: object): string {
  const text = JSON.stringify(template, undefined, 1);
  return `${text.replaceAll(/[0-9a-f]{64}/g, '<hash>')}\n`;
}

describe('templates, whole: a change to one must be meant', () => {
  test.each<[string, SynthesiseOptions]>([
    ['Data', {}],
    ['Service', {}],
    ['Witness', { stack: 'witness' }],
    ['MemberRole', { stack: 'member-role' }],
  ])('%s', async (name, options) => {
    const template = (await synthesise(options)).template(`-${name}`).toJSON();

    await expect(masked(template)).toMatchFileSnapshot(join('snapshots', `${name.toLowerCase()}.snap`));
  });
});
