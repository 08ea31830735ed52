import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCatalog } from '../../../lib/adapters/people/backstage-catalog.ts';
import { declareOwners } from '../../../lib/adapters/people/declare-owners.ts';
import { readOwnerFiles } from '../../../lib/adapters/people/read-owner-files.ts';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import { routeReviewer } from '../../../lib/domain/review/route.ts';
import { definition, identity, NOW, person } from '../../domain/identity/samples.ts';

const owners = { file: 'owners.csv', text: 'identity,team\ndeploy,by-owners-file\n' };
const codeowners = [
  { repository: 'acme/infra', file: 'CODEOWNERS', text: '* @by-codeowners\n/iam/ @by-codeowners-folder\n' },
];
const descriptors = [
  {
    file: 'catalog-info.yaml',
    text: [
      'apiVersion: backstage.io/v1alpha1',
      'kind: Component',
      'metadata: { name: infra, annotations: { github.com/project-slug: acme/infra } }',
      'spec: { owner: by-catalog }',
    ].join('\n'),
  },
];
const catalog = readCatalog(descriptors);
const tag = { role: 'accountable', value: 'by-tag', source: 'tag', detail: 'IAM tag owner' } as const;
const deploy = identity({ name: 'deploy', tags: { repository: 'acme/infra' }, ownerHints: [tag] });

describe('files of owners', () => {
  it('speak in one order: owners file, catalogue, CODEOWNERS, tags', async () => {
    const declare = await declareOwners({ owners, codeowners, catalog });

    expect(declare(deploy).ownerHints.map(({ source, value }) => [source, value])).toEqual([
      ['declared-file', 'by-owners-file'],
      ['catalog', 'group:default/by-catalog'],
      ['codeowners', '@by-codeowners'],
      ['tag', 'by-tag'],
    ]);
  });

  it('that are not there change nothing', async () => {
    expect((await declareOwners({}))(deploy)).toEqual(deploy);
  });

  it('decide whom a campaign asks, and every claim is kept with its outcome', async () => {
    const people = ['by-catalog', 'by-codeowners', 'by-tag', 'fallback'].map((id) => person(id));
    const directory = directoryOf(people, []);
    const declare = await declareOwners({ owners, codeowners, catalog });

    const route = routeReviewer({
      identity: declare(deploy),
      directory,
      definition: definition(),
      fallback: 'fallback',
      tier: 'low',
      now: NOW,
    });

    expect(route).toMatchObject({ reviewerId: 'by-catalog', routedBy: 'catalog' });
    expect(route.claims.map(({ source, outcome }) => `${source} ${outcome}`).slice(0, 4)).toEqual([
      'declared-file unknown-person',
      'catalog reviewer',
      'codeowners eligible',
      'tag eligible',
    ]);
  });

  it.each([
    [{ owners: { file: 'owners.csv', text: 'a,b\n' } }, /^owners\.csv: line 1/],
    [{ codeowners: [{ repository: 'a/b', file: 'CODEOWNERS', text: '!x @a' }] }, /^CODEOWNERS: line 1/],
  ])('are refused by name: %o', async (files, message) => {
    await expect(declareOwners(files)).rejects.toThrow(message);
  });
});

describe('paths of files of owners', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-owner-files-'));
    await writeFile(join(folder, 'CODEOWNERS'), '* @ada\n');
    await writeFile(join(folder, 'catalog-info.yaml'), descriptors[0]?.text ?? '');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are read, each named by its path', async () => {
    const file = join(folder, 'CODEOWNERS');

    expect(
      await readOwnerFiles({
        codeowners: [{ repository: 'acme/infra', file }],
        catalog: [join(folder, 'catalog-info.yaml')],
      }),
    ).toEqual({
      codeowners: [{ repository: 'acme/infra', file, text: '* @ada\n' }],
      catalog: { entities: [expect.objectContaining({ ref: 'component:default/infra' })], addresses: {} },
    });
  });

  it('that lead nowhere are refused by name', async () => {
    const none = join(folder, 'none.yaml');

    await expect(readOwnerFiles({ catalog: [none] })).rejects.toThrow(`${none}: cannot be read`);
  });
});
