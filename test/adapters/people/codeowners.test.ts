import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { declareFromCodeowners, readCodeowners, ruleFor } from '../../../lib/adapters/people/codeowners.ts';
import { pathPattern } from '../../../lib/adapters/people/path-pattern.ts';
import { known } from '../../../lib/domain/identity/fact.ts';
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import { identity } from '../../domain/identity/samples.ts';

const repository = 'github.com/acme/infra';
const read = (text: string, file = 'CODEOWNERS') => readCodeowners({ repository, file, text });
const ownersOf = (text: string, path?: string) => ruleFor(read(text), path)?.owners;

describe('a pattern', () => {
  it.each([
    ['*', ['a', 'a/b', '.github/x'], []],
    ['*.js', ['a.js', 'deep/er/a.js'], ['a.jsx', 'a.ts']],
    ['/build/logs/', ['build/logs/a', 'build/logs/b/c'], ['build/logs', 'x/build/logs/a']],
    ['docs/*', ['docs/getting-started.md'], ['docs/build-app/troubleshooting.md', 'x/docs/a.md']],
    ['apps/', ['apps/a', 'x/apps/a/b'], ['apps', 'apps2/a']],
    ['/docs/', ['docs/a', 'docs/a/b'], ['x/docs/a']],
    ['/scripts/', ['scripts/a'], ['x/scripts/a']],
    ['**/logs', ['logs', 'logs/a', 'build/logs/a', 'deeply/nested/logs/a/b'], ['build/log']],
    ['/apps/github', ['apps/github', 'apps/github/a'], ['x/apps/github']],
    ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z/y'], ['b/a/z', 'az']],
    ['/*', ['a'], ['a/b']],
    ['v?.tf', ['v1.tf', 'x/v2.tf'], ['v.tf', 'v12.tf']],
    ['my\\ file', ['my file', 'x/my file'], ['my\\ file', 'my']],
    ['a\\*', ['a*'], ['ab']],
    ['Iam/', ['Iam/a'], ['iam/a']],
    ['/', [], ['a', 'a/b']],
  ])('%s', (pattern, fits, others) => {
    const { fits: matches } = pathPattern(pattern);

    expect(fits.filter((path) => !matches(path))).toEqual([]);
    expect(others.filter((path) => matches(path))).toEqual([]);
  });

  it('takes no time to speak of, however it is built', () => {
    const { fits } = pathPattern(`${'**/*a*/'.repeat(300)}${'a*'.repeat(300)}b`);

    expect(fits('a/'.repeat(400) + 'a'.repeat(400))).toBe(false);
  });

  it('in front of everything in a folder fits what lies in it, at any depth', () => {
    const name = fc.stringMatching(/^[a-z0-9._-]{1,8}$/).filter((text) => !/^\.\.?$/.test(text));
    fc.assert(
      fc.property(fc.array(name, { minLength: 2, maxLength: 6 }), (names) => {
        const path = names.join('/');
        const folder = names.slice(0, -1).join('/');
        const fitting = [
          path,
          `/${path}`,
          `/${folder}/`,
          `/${folder}/**`,
          `**/${names.at(-1)}`,
          `/${folder}/*`,
        ];

        expect(fitting.filter((pattern) => !pathPattern(pattern).fits(path))).toEqual([]);
        expect(pathPattern(`/x${path}`).fits(path)).toBe(false);
      }),
    );
  });
});

describe('a CODEOWNERS file', () => {
  const example = [
    '# The example of GitHub’s documentation, shortened.',
    '*       @global-owner1 @global-owner2',
    '*.js    @js-owner #This is an inline comment.',
    '*.go docs@example.com',
    '*.txt @octo-org/octocats',
    '/apps/ @octocat',
    '/apps/github',
    'with\\ space/ @spacer',
    '',
  ].join('\r\n');

  it.each([
    ['README.md', ['@global-owner1', '@global-owner2']],
    ['lib/a.js', ['@js-owner']],
    ['a.go', ['docs@example.com']],
    ['a.txt', ['@octo-org/octocats']],
    ['apps/a.js', ['@octocat']],
    ['apps/github/a.js', []],
    ['with space/a', ['@spacer']],
  ])('gives %s to the last line that fits', (path, owners) => {
    expect(ownersOf(example, path)).toEqual(owners);
  });

  it('gives a repository as a whole to the line for everything', () => {
    expect(ownersOf(example)).toEqual(['@global-owner1', '@global-owner2']);
    expect(ownersOf('/a/ @x\n**/* @all\n/* @top\n')).toEqual(['@all']);
    expect(ownersOf('/a/ @x\n')).toBeUndefined();
  });

  it('may begin with a byte-order mark, and be empty', () => {
    expect(ownersOf('\uFEFF* @a')).toEqual(['@a']);
    expect(ownersOf('')).toBeUndefined();
  });

  it.each([
    ['a pattern taken back', '* @a\n!/docs @b', /^CODEOWNERS: line 2: "!"/],
    ['a range', '* @a\n\n[a-z].md @b', /line 3: .*GitLab/],
    ['a range further in', 'file.[cC] @b', /line 1: ranges of characters/],
    ['an escaped number sign', '\\#a @b', /line 1: "\\#"/],
    ['a section', '[Documentation] @docs\n*.md @a', /line 1: sections .*GitLab/],
    ['an optional section', '^[Documentation]\n', /line 1: sections .*GitLab/],
    ['a role of GitLab', '* @@maintainers', /line 1: "@@maintainers" is no @user/],
    ['an owner without a sign', '* ada', /line 1: "ada" is no @user/],
    ['three asterisks', 'a/***/b @a', /line 1: "\*\*\*"/],
    ['a backslash at the end', 'a\\', /line 1: the pattern ends in a backslash/],
    ['everything that is wrong at once', '!a @b\n[x]\n', /line 1: .*; line 2: /],
    ['too large', `# ${'x'.repeat(3 * 1024 * 1024)}`, /is 3 MB or larger/],
  ])('is refused with file and line: %s', (_case, text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it('is read or refused, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, path) => {
        const outcome = (() => {
          try {
            return ownersOf(text, path) ?? [];
          } catch (error) {
            return error;
          }
        })();
        expect(Array.isArray(outcome) || outcome).toEqual(
          outcome instanceof Error ? expect.objectContaining({ code: 'MALFORMED_FILE' }) : true,
        );
      }),
    );
  });
});

describe('an identity', () => {
  const declare = declareFromCodeowners([
    read('* @acme/platform\n/iam/ @ada ops@acme.example\n/iam/unowned.tf\n', 'infra/CODEOWNERS'),
    readCodeowners({ repository: 'acme/web', file: 'web/CODEOWNERS', text: '* @acme/web' }),
  ]);
  const found = (change: Partial<Identity>) =>
    declare(identity({ ownerHints: [], ...change })).ownerHints.map(({ value }) => value);

  it('gets the owners of the file it comes from, in front of what its tags say', () => {
    const tag = {
      role: 'accountable',
      value: 'x@y.example',
      source: 'tag',
      detail: 'IAM tag owner',
    } as const;
    const ownedByCode = known(
      'https://github.com/acme/infra/blob/main/iam/deploy.tf#L10',
      'IAM tag git_file',
    );

    expect(declare(identity({ ownedByCode, ownerHints: [tag] })).ownerHints).toEqual([
      {
        role: 'technical',
        value: '@ada',
        source: 'codeowners',
        detail: 'infra/CODEOWNERS, line 2, for iam/deploy.tf in github.com/acme/infra',
      },
      expect.objectContaining({ value: 'ops@acme.example', source: 'codeowners' }),
      tag,
    ]);
  });

  it.each<[string, Partial<Identity>, string[]]>([
    ['by repository alone', { tags: { repository: 'acme/infra' } }, ['@acme/platform']],
    ['by an address of it', { tags: { Repo: 'git@github.com:Acme/Infra.git' } }, ['@acme/platform']],
    ['by what it is bound to', { boundTo: known('https://github.com/acme/web', 'tag') }, ['@acme/web']],
    [
      'by the tags of Yor',
      { tags: { git_org: 'acme', git_repo: 'infra', git_file: 'iam/a.tf' } },
      ['@ada', 'ops@acme.example'],
    ],
    [
      'by repository and a path in it',
      { tags: { repository: 'acme/infra' }, ownedByCode: known('./iam/a.tf', 'file') },
      ['@ada', 'ops@acme.example'],
    ],
    ['of a file without owners', { tags: { repo: 'acme/infra', git_file: 'iam/unowned.tf' } }, []],
    ['of another repository', { tags: { repository: 'acme/other' } }, []],
    ['of another host', { tags: { repository: 'gitlab.example.com/acme/infra' } }, []],
    ['of a repository without its owner', { tags: { repository: 'infra' } }, []],
    [
      'with a path that climbs out',
      { tags: { repository: 'acme/infra', git_file: '../../iam/a.tf' } },
      ['@acme/platform'],
    ],
    [
      'of a stack, not of a file',
      { tags: { repository: 'acme/infra' }, ownedByCode: known('CloudFormation stack iam', 'tag') },
      ['@acme/platform'],
    ],
    ['of no repository', {}, []],
  ])('is known %s', (_case, change, owners) => {
    expect(found(change)).toEqual(owners);
  });

  it('of a repository that two files could be of gets nobody', () => {
    const two = ['github.com', 'ghe.example.com'].map((host) =>
      readCodeowners({ repository: `${host}/acme/infra`, file: host, text: '* @a' }),
    );
    const tagged = identity({ ownerHints: [], tags: { repository: 'acme/infra' } });

    expect(declareFromCodeowners(two)(tagged).ownerHints).toEqual([]);
  });
});

describe('files of repositories', () => {
  it('are one a repository', () => {
    expect(() => declareFromCodeowners([read('', 'a'), read('', 'b')])).toThrow(
      'b: there is another file of the repository github.com/acme/infra',
    );
  });

  it.each(['infra', '', 'a b/c'])('are of a repository that has a name, unlike "%s"', (name) => {
    expect(() => readCodeowners({ repository: name, file: 'f', text: '' })).toThrow('f: its repository');
  });
});
