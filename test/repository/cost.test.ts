// The cost page against the code. `UPDATE_DOCS=1 npm test -- test/repository/cost.test.ts` rewrites its tables.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { measureReview } from '../support/cost/measure-review.ts';
import {
  assumptionList,
  costTable,
  MEASURED,
  measuredTable,
  priceTable,
  quarterOf,
  SIZES,
} from '../support/cost/model.ts';
import { partIn, withPart } from './generated-docs.ts';

const page = 'docs/cost.md';
const PATH = join(import.meta.dirname, '..', '..', page);
const parts = [
  { page, name: 'cost table', text: costTable() },
  { page, name: 'measured units', text: measuredTable() },
  { page, name: 'assumptions', text: assumptionList() },
  { page, name: 'prices', text: priceTable() },
];

if (process.env['UPDATE_DOCS'] === '1') {
  for (const part of parts) writeFileSync(PATH, withPart(readFileSync(PATH, 'utf8'), part));
}

describe('the cost page', () => {
  it.each(parts)('shows the $name as the model has it', ({ name, text }) => {
    expect(partIn(readFileSync(PATH, 'utf8'), name)).toBe(text);
  });

  it('rests on what a review costs now, give or take a tenth', async () => {
    const now = await measureReview();
    for (const [what, was] of Object.entries(MEASURED)) {
      const is = now[what as keyof typeof MEASURED];
      expect(Math.abs(is - was), `${what} is ${is}, was ${was}`).toBeLessThanOrEqual(Math.max(2, was / 10));
    }
  }, 180_000);
});

test('what is paid grows with the identities, and less than in proportion', () => {
  const [small = 0, middle = 0, large = 0] = SIZES.map((size) =>
    quarterOf(size).reduce((sum, { usd }) => sum + usd, 0),
  );
  expect(small).toBeLessThan(middle);
  expect(middle).toBeLessThan(large);
  expect(large / 1_000_000).toBeLessThan(middle / 10_000);
});
