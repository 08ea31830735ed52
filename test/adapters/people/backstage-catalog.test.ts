import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCatalog } from '../../../lib/adapters/people/backstage-catalog.ts';
import { declareFromCatalog } from '../../../lib/adapters/people/declare-from-catalog.ts';
import { known } from '../../../lib/domain/identity/fact.ts';
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import { identity } from '../../domain/identity/samples.ts';

const read = (text: string) => readCatalog([{ file: 'catalog-info.yaml', text }]);

/** A document; `metadata` and `spec` as YAML flow mappings. */
const document = (kind: string, metadata: string, spec: string) =>
  `apiVersion: backstage.io/v1alpha1\nkind: ${kind}\nmetadata: ${metadata}\nspec: ${spec}\n`;
const owned = (name: string, owner: string, annotations = '{}', kind = 'Component') =>
  document(kind, `{ name: ${name}, annotations: ${annotations} }`, `{ type: service, owner: ${owner} }`);
const catalogOf = (...documents: string[]) => read(documents.join('---\n'));

describe('a catalogue', () => {
  it('says who owns components, resources, APIs and systems, by complete references', () => {
    const { entities } = catalogOf(
      owned('Billing', 'payments'),
      owned('db', 'Group:ops/DBA', '{}', 'Resource'),
      owned('charges', 'user:ada', '{}', 'API'),
      document('System', '{ name: money, namespace: finance }', '{ owner: payments }'),
    );

    expect(entities.map(({ ref, ownerRef }) => [ref, ownerRef])).toEqual([
      ['component:default/billing', 'group:default/payments'],
      ['resource:default/db', 'group:ops/dba'],
      ['api:default/charges', 'user:default/ada'],
      ['system:finance/money', 'group:finance/payments'],
    ]);
  });

  it('passes over empty documents, kinds it has no use for, and other software', () => {
    const text = [
      '# nothing yet\n',
      document('Location', '{ name: all }', '{ targets: [./*.yaml] }'),
      document('Group', '{ name: payments }', '{ type: team, children: [] }'),
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: x }\n',
      'apiVersion: example.com/v1\nkind: Component\nmetadata: {}\n',
      '',
    ];

    expect(catalogOf(...text).entities).toEqual([]);
    expect(read('').entities).toEqual([]);
  });

  const bomb = [
    'apiVersion: &a [x,x,x,x,x,x,x,x,x,x]',
    ...['b', 'c', 'd', 'e', 'f', 'g'].map((name, at) => {
      const inner = `*${String.fromCodePoint(97 + at)}`;
      return `${name}: &${name} [${Array.from({ length: 10 }, () => inner).join(',')}]`;
    }),
  ].join('\n');

  it.each([
    [
      'no owner',
      `${owned('a', 'x')}---\n${document('API', '{ name: b }', '{}')}`,
      /^catalog-info\.yaml, document 2 \(line 6\): spec\.owner: /,
    ],
    [
      'an owner that is no reference',
      owned('a', '"a b"'),
      /document 1 \(line 1\): spec\.owner: .*group:default/,
    ],
    ['no kind', 'apiVersion: backstage.io/v1alpha1\n', /document 1 \(line 1\): kind: /],
    ['no name', document('Component', '{}', '{ owner: x }'), /metadata\.name: /],
    ['a name that is none', owned('"../a"', 'x'), /metadata\.name: a name of 1 to 63/],
    ['an annotation that is no text', owned('a', 'x', '{ n: 7 }'), /metadata\.annotations\.n: /],
    [
      'an address that is none',
      document('User', '{ name: ada }', '{ profile: { email: ada } }'),
      /spec\.profile\.email/,
    ],
    ['a list', '- a\n', /document 1 \(line 1\): \(top\): /],
    ['no YAML', 'kind: [\n', /document 1 \(line 1\): line \d+: /],
    ['a key twice', 'kind: a\nkind: b\n', /document 1 .*: line 2: Map keys must be unique/],
    ['aliases that would make it enormous', bomb, /document 1 .*: Excessive alias count/],
    [
      'an entity twice',
      `${owned('a', 'x')}---\n${owned('A', 'y')}`,
      /document 2 .*: component:default\/a is in .*document 1/,
    ],
    ['too long', ' '.repeat(8 * 1024 * 1024 + 1), /^catalog-info\.yaml: is longer than/],
  ])('is refused with file, document and path: %s', (_case, text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it.each([100, 10_000])('nested %i deep is refused, not fallen over', (depth) => {
    expect(() => read('['.repeat(depth))).toThrow(expect.objectContaining({ code: 'MALFORMED_FILE' }));
  });

  it('is read or refused, whatever it says', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc
        .jsonValue()
        .map((value) => `apiVersion: backstage.io/v1\nkind: User\nmetadata: ${JSON.stringify(value)}`),
    );
    fc.assert(
      fc.property(text, (each) => {
        try {
          expect(read(each).entities).toBeInstanceOf(Array);
        } catch (error) {
          expect(error).toMatchObject({ code: 'MALFORMED_FILE' });
        }
      }),
    );
  });
});

describe('an identity', () => {
  const slug = '{ github.com/project-slug: acme/infra }';
  const at = (path: string) =>
    `{ backstage.io/source-location: "url:https://github.com/acme/mono/tree/main/${path}" }`;
  const arn = '{ amazon.com/iam-role-arn: "arn:aws:iam::123456789012:role/ci/deploy" }';
  const declare = declareFromCatalog(
    catalogOf(
      owned('infra', 'platform', slug),
      owned('mono', 'everyone', at('')),
      owned('billing', 'payments', at('services/billing/')),
      owned('deploy-role', 'user:ada', arn, 'Resource'),
      owned('left', 'one', '{ github.com/project-slug: acme/shared }'),
      owned('right', 'two', '{ github.com/project-slug: acme/shared }'),
      owned('money', 'finance', '{}', 'System'),
      document('User', '{ name: ada }', '{ profile: { email: ada@acme.example } }'),
    ),
  );
  const found = (change: Partial<Identity>) =>
    declare(identity({ ownerHints: [], ...change })).ownerHints.map(({ value }) => value);
  const code = (path: string) => ({
    ownedByCode: known(`https://github.com/acme/mono/blob/main/${path}`, 'tag'),
  });

  it('gets the owner of its entity, in front of what its tags say', () => {
    const tag = {
      role: 'accountable',
      value: 'x@y.example',
      source: 'tag',
      detail: 'IAM tag owner',
    } as const;
    const declared = declare(identity({ ownerHints: [tag], tags: { repository: 'acme/infra' } }));

    expect(declared.ownerHints).toEqual([
      {
        role: 'accountable',
        value: 'group:default/platform',
        source: 'catalog',
        detail:
          'catalog-info.yaml, document 1 (line 1): spec.owner of component:default/infra is group:default/platform ' +
          '(found by its code in acme/infra)',
      },
      tag,
    ]);
  });

  const role = { connector: 'aws-iam', scope: '123456789012', nativeId: 'role/ci/deploy' };
  it.each<[string, Partial<Identity>, string[]]>([
    ['its ARN, its owner by their address', role, ['ada@acme.example']],
    ['its ARN before its tags', { ...role, tags: { component: 'billing' } }, ['ada@acme.example']],
    ['the ARN of another account', { ...role, scope: '999999999999' }, []],
    ['a tag with a name', { tags: { Component: 'Billing' } }, ['group:default/payments']],
    [
      'a tag with a reference',
      { tags: { 'backstage.io/entity-ref': 'system:money' } },
      ['group:default/finance'],
    ],
    ['a tag before its code', { tags: { system: 'money', repo: 'acme/infra' } }, ['group:default/finance']],
    ['a tag that names nothing', { tags: { component: 'gone' } }, []],
    ['the folder its code lies in', code('services/billing/iam.tf'), ['group:default/payments']],
    ['the repository, in a folder of nobody', code('services/billing2/iam.tf'), ['group:default/everyone']],
    ['a repository whose entities disagree', { tags: { repository: 'acme/shared' } }, []],
    ['nothing', {}, []],
  ])('is known by %s', (_case, change, owners) => {
    expect(found(change)).toEqual(owners);
  });
});
