import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectorOf } from '../../lib/cli/recognise-file.ts';
import { terminal } from '../support/terminal.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'aws-iam');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-collect-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const file = async (name: string, text: string): Promise<string> => {
  await writeFile(join(folder, name), text);
  return name;
};

describe('collecting from files', () => {
  test('report and details of one account are read together, and nothing is written', async () => {
    const { code, value } = await terminal({ cwd: FIXTURES }).json(
      'collect',
      '--from',
      'credential-report-two-keys.csv',
      'authorization-details-small.json',
    );

    expect(code).toBe(0);
    expect(value?.['collections']).toHaveLength(1);
    expect(value?.['collections'][0]).toMatchObject({ connector: 'aws-iam' });
    expect(value?.['collections'][0].summary.tiers).toHaveProperty('critical');
  });

  test('a root account with a key is warned of loudly, in text and in JSON', async () => {
    const at = terminal({ cwd: FIXTURES });

    const { out } = await at.run('collect', '--from', 'credential-report-root-key.csv');
    const { value } = await at.json('collect', '--from', 'credential-report-root-key.csv');

    expect(out).toMatch(/^ WARNING .*ROOT ACCESS KEY/);
    expect(value?.['collections'][0].warnings[0]).toContain('ROOT ACCESS KEY');
  });

  test('recorded rows of a PostgreSQL server are read together, beside an account', async () => {
    const postgres = join(FIXTURES, '..', 'postgres');
    const { code, value } = await terminal({ cwd: FIXTURES }).json(
      'collect',
      '--from',
      join(postgres, 'roles.json'),
      'credential-report-two-keys.csv',
      join(postgres, 'role-members.json'),
    );

    expect(code).toBe(0);
    expect(value?.['collections']).toMatchObject([
      { connector: 'postgres', identities: 8, completeness: 'complete' },
      { connector: 'aws-iam' },
    ]);
  });

  test('rows of other systems are a collection of their own', async () => {
    const rows = await file('rows.jsonl', '{"id":"a","kind":"api-key","owner":"x@y.example"}\n{"id":"b"}\n');

    const { value } = await terminal({ cwd: folder }).json(
      'collect',
      '--from',
      rows,
      '--as-of',
      '2026-09-01',
    );

    expect(value).toMatchObject({
      asOf: '2026-09-01T00:00:00.000Z',
      collections: [{ connector: 'file', identities: 2, summary: { unowned: 1 } }],
    });
  });

  test('owners come from CODEOWNERS and a catalogue too', async () => {
    const rows = await file(
      'owned.csv',
      'id,owned_by_code\na,https://github.com/acme/infra/blob/main/iam/a.tf\nb,https://github.com/acme/web\nc,\n',
    );
    await file('CODEOWNERS', '/iam/ @acme/platform\n');
    await file(
      'catalog-info.yaml',
      'apiVersion: backstage.io/v1alpha1\nkind: Component\n' +
        'metadata: { name: web, annotations: { github.com/project-slug: acme/web } }\nspec: { owner: web }\n',
    );
    const unowned = async (...options: string[]) => {
      const { value } = await terminal({ cwd: folder }).json('collect', '--from', rows, ...options);
      return value?.['collections'][0].summary.unowned;
    };
    const codeowners = ['--codeowners', 'github.com/acme/infra=CODEOWNERS'];

    expect(await unowned()).toBe(3);
    expect(await unowned(...codeowners)).toBe(2);
    expect(await unowned(...codeowners, '--catalog', 'catalog-info.yaml')).toBe(1);
  });

  test.each([
    [
      ['--from', 'a.csv', '--codeowners', 'CODEOWNERS'],
      '--codeowners: "CODEOWNERS" is not a repository and a file',
    ],
    [['--from', 'a.csv', '--catalog', 'none.yaml'], 'none.yaml: cannot be read'],
    [['--owners', 'owners.csv'], '--owners: only together with --from'],
  ])('files of owners that cannot be used end with 2: %j', async (argv, message) => {
    const { code, err } = await terminal({ cwd: folder }).run('collect', ...argv);

    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test.each([
    ['not there', 'none.csv', undefined, 'none.csv: does not exist'],
    [
      'a report without its columns',
      'cut.csv',
      'user,arn\nx,y\n',
      'cut.csv: line 1: a credential report needs the column',
    ],
    [
      'a wrong date',
      'date.csv',
      'id,last_used_at\na,soon\n',
      'date.csv: line 2, column last_used_at: "soon"',
    ],
    ['a short row', 'short.csv', 'id,name\na,b\nc\n', 'short.csv: line 3: Invalid Record Length'],
    ['a broken row', 'broken.jsonl', '{"id":"a"}\n{"id":\n', 'broken.jsonl: line 2: not JSON'],
    [
      'a broken document',
      'broken.json',
      '{"UserDetailList": [\n  {"x": }',
      'broken.json: line 2, column 9: not valid JSON',
    ],
  ])('%s ends with 2 and names the place', async (_name, name, text, message) => {
    if (text !== undefined) await file(name, text);

    const { code, out, err } = await terminal({ cwd: folder }).run('collect', '--from', name);

    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  test('an unknown connector is refused with those there are', async () => {
    const { code, err } = await terminal({ cwd: FIXTURES }).run(
      'collect',
      'azure',
      '--from',
      'account-summary.json',
    );

    expect(code).toBe(2);
    expect(err).toMatch(/no connector "azure"; there are aws-.*, file, postgres/);
  });

  test.each([
    ['a.csv', 'id,name\n', 'file'],
    ['b.csv', 'user,arn,user_creation_time\n', 'aws-iam'],
    ['c.csv', 'id,arn\n', 'file'],
    ['d.json', '{"UserDetailList":[]}', 'aws-iam'],
    ['e.json', '{\n  "UserDetailList": []\n}', 'aws-iam'],
    ['f.jsonl', '{"id":"a"}', 'file'],
    ['g.csv', '\uFEFF"arn","user"\n', 'aws-iam'],
    ['h.json', '{\n "query": "select array[1]",\n "rows": [\n  {\n   "rolname": "a"', 'postgres'],
    ['i.json', '[{"role":"a","member":"b"}]', 'postgres'],
    ['j.json', '{"rows":[{"id":"a"}]}', 'file'],
  ])('%s is told by its beginning', async (name, text, connector) => {
    await file(name, text);

    expect(await connectorOf(join(folder, name))).toBe(connector);
  });
});
