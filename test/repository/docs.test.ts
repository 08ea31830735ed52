// The documentation against the code. `UPDATE_DOCS=1 npm test -- test/repository/docs.test.ts` rewrites what is generated.
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatedParts, lifecycleDiagram, partIn, withPart } from './generated-docs.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const pages = [
  'README.md',
  'CHANGELOG.md',
  ...globSync(['docs/**/*.md', 'lib/**/README.md'], { cwd: ROOT }).toSorted(),
];
const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** Fenced blocks hold examples, not statements about this repository. */
const prose = (page: string): string => read(page).replaceAll(/^```[\s\S]*?^```$/gm, '');

/** The anchor GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

if (process.env['UPDATE_DOCS'] === '1') {
  for (const part of generatedParts) writeFileSync(join(ROOT, part.page), withPart(read(part.page), part));
}

describe('what is made from the code', () => {
  it.each(generatedParts)('$page shows the $name as the code has it', ({ page, name, text }) => {
    expect(partIn(read(page), name)).toBe(text);
  });

  it('draws every arrow of a lifecycle, its beginning and its ends', () => {
    const diagram = lifecycleDiagram({ open: { close: 'all-done', hold: 'open' }, 'all-done': {} });

    expect(diagram.split('\n')).toEqual([
      '```mermaid',
      'stateDiagram-v2',
      '  state "all-done" as all_done',
      '  [*] --> open',
      '  open --> all_done : close',
      '  open --> open : hold',
      '  all_done --> [*]',
      '```',
    ]);
  });
});

describe.each(pages)('%s', (page) => {
  it('links only to files and headings that exist', () => {
    const links = [...prose(page).matchAll(/\]\((?!https?:)([^)\s]+)\)|(?:src|href)="(?!https?:)([^"]+)"/g)];

    for (const [, inText, inTag] of links) {
      const [path = '', anchor] = (inText ?? inTag ?? '').split('#');
      const target = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path);
      expect(existsSync(target), `${page} links to ${path}`).toBe(true);
      if (anchor === undefined) continue;
      const headings = readFileSync(target, 'utf8').matchAll(/^#+ (.+)$/gm);
      expect([...headings].map(([, text = '']) => anchorOf(text))).toContain(anchor);
    }
  });

  it('names only files of this repository that exist', () => {
    const named = [...prose(page).matchAll(/`((?:lib|lambdas|bin|bench|test|docs)\/[\w./-]+)`/g)];

    for (const [, path = ''] of named)
      expect(existsSync(join(ROOT, path)), `${page} names ${path}`).toBe(true);
  });
});

describe('the map', () => {
  it('has every room of lib', () => {
    const rooms = new Set(globSync('lib/*/**/*.ts', { cwd: ROOT }).map((path) => path.split('/')[1]));
    const listed = [...read('lib/README.md').matchAll(/^\| `([a-z-]+)\/` \|/gm)].map(([, room]) => room);

    expect(new Set(listed)).toEqual(rooms);
    expect(listed).toHaveLength(rooms.size);
  });

  it('has every decision on record', () => {
    const decisions = readdirSync(join(ROOT, 'docs/decisions')).filter((name) => /^\d{4}-.+\.md$/.test(name));
    const architecture = read('docs/architecture.md');

    expect(decisions.length).toBeGreaterThan(0);
    for (const name of decisions) expect(architecture).toContain(`decisions/${name}`);
  });
});
