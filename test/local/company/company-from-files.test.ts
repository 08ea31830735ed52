import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import { resolveOwner } from '../../../lib/domain/review/resolve-owner.ts';
import { companyFromFiles } from '../../../lib/local/company/company-from-files.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures', 'aws-iam');
const authorizationDetails = join(FIXTURES, 'authorization-details-small.json');

describe('a company from somebody’s files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-company-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has a stand-in for whom a catalogue names, and for nobody whose code made nothing in the account', async () => {
    const catalog = join(folder, 'catalog-info.yaml');
    const arn = 'arn:aws:iam::123456789012:role/level3';
    const component = (name: string, owner: string, annotations: string) =>
      `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: ${name}, annotations: ${annotations} }\n` +
      `spec: { owner: ${owner} }\n`;
    await writeFile(
      catalog,
      [
        component('a', 'platform', `{ amazon.com/iam-role-arn: "${arn}" }`),
        component('b', 'elsewhere', '{ github.com/project-slug: acme/web }'),
      ].join('---\n'),
    );

    const company = await companyFromFiles({ authorizationDetails, catalog: [catalog] });

    const directory = directoryOf(company.people, company.teams);
    expect(resolveOwner('group:default/platform', directory)?.kind).toBe('team');
    expect(resolveOwner('group:default/elsewhere', directory)).toBeUndefined();
  });

  it('is refused when a file of owners cannot be read', async () => {
    await expect(companyFromFiles({ authorizationDetails, catalog: ['none.yaml'] })).rejects.toThrow(
      'none.yaml: cannot be read',
    );
  });
});
