import { describe, expect, it } from 'vitest';
import { reopenedDueAt } from '../../../lib/domain/review/undo.ts';
import { at, NOW } from '../identity/samples.ts';

describe('undo', () => {
  it('reopens the question, due at the end of the second business day', () => {
    expect(reopenedDueAt(NOW, 'UTC')).toBe('2026-09-09T23:59:59.999Z');
    expect(reopenedDueAt(at('2026-09-11T10:00'), 'Europe/Berlin', ['2026-09-14'])).toBe(
      '2026-09-16T21:59:59.999Z',
    );
  });
});
