import { describe, expect, test } from 'vitest';
import { jsonLine } from '../../../lib/presentation/terminal/json-line.ts';
import { paintFor } from '../../../lib/presentation/terminal/paint.ts';
import { progressBar } from '../../../lib/presentation/terminal/progress.ts';

describe('colours', () => {
  test('are used on a terminal', () => {
    expect(paintFor({ isTerminal: true, env: {} }).bad('no')).toBe('\u001b[31mno\u001b[39m');
  });

  test.each([
    ['a pipe', { isTerminal: false, env: {} }],
    ['NO_COLOR', { isTerminal: true, env: { NO_COLOR: '1' } }],
    ['a dumb terminal', { isTerminal: true, env: { TERM: 'dumb' } }],
  ])('are off for %s', (_name, stream) => {
    const paint = paintFor(stream);

    expect([paint.bad, paint.loud, paint.bold].map((style) => style('text'))).toEqual([
      'text',
      'text',
      'text',
    ]);
  });

  test('an empty NO_COLOR changes nothing', () => {
    expect(paintFor({ isTerminal: true, env: { NO_COLOR: '' } }).good('x')).not.toBe('x');
  });
});

describe('progress', () => {
  const barOn = (isTerminal: boolean) => {
    const written: string[] = [];
    return { written, bar: progressBar({ write: (text) => written.push(text), isTerminal, width: 60 }) };
  };

  test('on a terminal one line is drawn over and left clean', () => {
    const { bar, written } = barOn(true);

    bar.update(0.5, 'half');
    bar.update(0.5, 'half');
    bar.finish();

    expect(written).toHaveLength(2);
    expect(written[0]).toContain('50 % half');
    expect(written.join('')).not.toContain('\n');
    expect(written[1]).toBe('\r\u001b[2K');
  });

  test('it never goes back', () => {
    const { bar, written } = barOn(true);

    bar.update(0.8, 'a');
    bar.update(0.2, 'b');

    expect(written[1]).toContain('80 % b');
  });

  test('elsewhere it says something every quarter, without escapes', () => {
    const { bar, written } = barOn(false);

    for (let step = 0; step <= 100; step += 1) bar.update(step / 100, 'day');
    bar.finish();

    expect(written).toEqual(['25 % day\n', '50 % day\n', '75 % day\n', '100 % day\n']);
  });

  test('nonsense counts as nothing', () => {
    const { bar, written } = barOn(false);

    bar.update(Number.NaN, 'x');
    bar.update(-3, 'x');

    expect(written).toEqual([]);
  });
});

describe('JSON output', () => {
  test('is one line without control or bidi characters, and means the same', () => {
    const value = { name: 'evil\u009b31m\u202e\u2028\n\u001b[2J' };

    const line = jsonLine(value);

    expect(line).not.toMatch(/[\p{Cc}\u2028-\u202e]/u);
    expect(JSON.parse(line)).toEqual(value);
  });
});
