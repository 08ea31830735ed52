// `UPDATE_DOCS=1 npx vitest run test/infrastructure/deployed-picture.test.ts` rewrites the table.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FUNCTION_NAMES } from '../../lib/functions.ts';
import { partIn, withPart } from '../repository/generated-docs.ts';
import { deployedTable } from './deployed-picture.ts';
import { synthesise } from './synthesise.ts';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'architecture.md');
const NAME = 'deployed functions';

test('the architecture page shows what is deployed, as the template has it', async () => {
  const text = deployedTable((await synthesise()).template('-Service'));
  if (process.env['UPDATE_DOCS'] === '1') {
    const part = { page: 'docs/architecture.md', name: NAME, text };
    writeFileSync(PAGE, withPart(readFileSync(PAGE, 'utf8'), part));
  }

  expect(partIn(readFileSync(PAGE, 'utf8'), NAME)).toBe(text);
  expect(text.split('\n')).toHaveLength(FUNCTION_NAMES.length + 2);
  // Every cell says something: a function nothing starts, or whose failures go nowhere, would be a mistake.
  expect(text).not.toMatch(/\| +\|/);
});
