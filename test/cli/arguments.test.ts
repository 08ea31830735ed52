import { describe, expect, test } from 'vitest';
import { readCount, readDeadline, readInstant, readPort, readSpanMs } from '../../lib/cli/arguments.ts';
import { readRequest } from '../../lib/cli/commands/decide.ts';
import { diffValues } from '../../lib/cli/diff-values.ts';

describe('times', () => {
  test('a date is its first instant, a deadline its last', () => {
    expect(readInstant('--as-of', '2026-11-02')).toBe('2026-11-02T00:00:00.000Z');
    expect(readDeadline('--until', '2026-11-02')).toBe('2026-11-02T23:59:59.000Z');
    expect(readInstant('--as-of', '2026-11-02T10:00:00+02:00')).toBe('2026-11-02T08:00:00.000Z');
  });

  test.each(['yesterday', '2026-13-01', '2026-11-02T10:00:00', ''])(
    '%j is refused, option and value named',
    (text) => {
      expect(() => readInstant('--as-of', text)).toThrow(`--as-of: ${JSON.stringify(text)} is not`);
    },
  );

  test.each([
    ['+14d', 14 * 86_400_000],
    ['3h', 10_800_000],
    ['+90m', 5_400_000],
    ['+2w', 14 * 86_400_000],
    ['+0d', undefined],
    ['-3d', undefined],
    ['+3y', undefined],
  ])('%s is a span of %s ms', (text, ms) => {
    expect(readSpanMs(text)).toBe(ms);
  });
});

describe('numbers', () => {
  test('ports and counts are refused when they are none', () => {
    expect(readPort('--port-web', '8080')).toBe(8080);
    expect(readPort('--port-web', undefined)).toBeUndefined();
    expect(() => readPort('--port-web', '80800')).toThrow('--port-web: "80800" is not a port');
    expect(readCount('--days', '7')).toBe(7);
    expect(() => readCount('--days', '0')).toThrow('--days');
  });
});

describe('a decision on the command line', () => {
  test('each verdict takes its own options', () => {
    expect(readRequest('revoke', { reason: 'stale', credential: ['access-key-1'] })).toEqual({
      verdict: 'revoke',
      reason: 'stale',
      credentialIds: ['access-key-1'],
    });
    expect(readRequest('except', { reason: 'r', until: '2026-11-02', control: 'allow-list' })).toEqual({
      verdict: 'except',
      reason: 'r',
      until: '2026-11-02T23:59:59.000Z',
      compensatingControl: 'allow-list',
    });
    expect(readRequest('reassign', { to: 'ben' })).toEqual({ verdict: 'reassign', reason: '', to: 'ben' });
  });

  test.each([
    ['keep', {}, 'verdict: "keep" is none of certify, revoke'],
    ['except', { control: 'x' }, '--until: "except" needs it.'],
    ['retire', {}, '--on: "retire" needs it.'],
    ['certify', { until: '2026-11-02' }, '--until: "certify" does not take it.'],
    ['retire', { on: 'soon' }, '--on: "soon" is not a date'],
    ['reduce', { to: '  ' }, 'to: '],
  ])('%s %j is refused', (verdict, options, message) => {
    expect(() => readRequest(verdict, options)).toThrow(message);
  });
});

describe('what changed between two values', () => {
  test('is told path by path', () => {
    const before = { title: 'a', caps: [{ count: 1 }], gone: true };
    const after = { title: 'b', caps: [{ count: 1 }, { count: 2 }], kept: [] };

    expect(diffValues(before, after)).toEqual([
      { path: 'caps[1].count', after: 2 },
      { path: 'gone', before: true },
      { path: 'kept', after: [] },
      { path: 'title', before: 'a', after: 'b' },
    ]);
    expect(diffValues(after, structuredClone(after))).toEqual([]);
    expect(diffValues(undefined, { a: 1 })).toEqual([{ path: 'a', after: 1 }]);
  });
});
