import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pairsOf, tableOf } from '../../../lib/presentation/terminal/table.ts';
import { cutTo, widthOf } from '../../../lib/presentation/terminal/width.ts';

const COLUMNS = [
  { title: 'NAME', flexible: true },
  { title: 'COUNT', align: 'right' as const },
];

describe('tables', () => {
  test('columns line up, numbers stand right', () => {
    const table = tableOf(COLUMNS, [
      ['svc-a', '7'],
      ['a-longer-name', '123'],
    ]);

    expect(table).toBe('NAME           COUNT\nsvc-a              7\na-longer-name    123\n');
  });

  test('no rows give no table', () => {
    expect(tableOf(COLUMNS, [])).toBe('');
  });

  test('ideographs and emoji take two columns, accents none', () => {
    expect(widthOf('鍵')).toBe(2);
    expect(widthOf('🔑')).toBe(2);
    expect(widthOf('e\u0301')).toBe(1);
    expect(widthOf('\u001b[31mred\u001b[39m')).toBe(3);
  });

  test('flexible columns give way on a narrow terminal, the others never', () => {
    const table = tableOf(COLUMNS, [['x'.repeat(60), '123456']], { width: 30 });

    const [, row = ''] = table.split('\n');
    expect(widthOf(row)).toBeLessThanOrEqual(30);
    expect(row).toContain('…');
    expect(row.endsWith('123456')).toBe(true);
  });

  test('whatever an identity is called, it stays on its line and cannot steer the terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (name) => {
        const table = tableOf(COLUMNS, [[name, '1']]);

        expect(table.split('\n')).toHaveLength(3);
        expect(table.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  test('cutting never exceeds the width', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.integer({ min: 2, max: 30 }),
        (text, max) => {
          expect(widthOf(cutTo(text, max))).toBeLessThanOrEqual(max);
        },
      ),
    );
  });

  test('values of many lines are indented under their name', () => {
    expect(
      pairsOf([
        ['a', 'one\ntwo'],
        ['long', 'x'],
      ]),
    ).toBe('a     one\n      two\nlong  x\n');
  });
});
