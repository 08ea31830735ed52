// The examples of docs/chasing.md are what the product reads.
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseDirectoryFile } from '../../lib/adapters/people/directory-file.ts';
import { Definition } from '../../lib/domain/campaign/definition.ts';
import { ladderProblems } from '../../lib/domain/chase/ladder-problems.ts';
import { DEFINITION } from '../support/world.ts';

const text = await readFile(new URL('../../docs/chasing.md', import.meta.url), 'utf8');
const [ladder = '', people = ''] = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml);

describe('the examples about chasing', () => {
  test('have a ladder that silence may rest on', () => {
    const definition = Definition.parse({ ...DEFINITION, ...(parse(ladder) as object) });
    expect(definition.ladder).toHaveLength(5);
    expect(ladderProblems(definition)).toEqual([]);
  });

  test('have somebody with the days off of a calendar', () => {
    const ada = parseDirectoryFile(people, 'people.yaml').person('ada');
    expect(ada?.holidays).toContain('2026-10-03');
    expect(ada?.holidays).toContain('2026-10-05');
  });
});
