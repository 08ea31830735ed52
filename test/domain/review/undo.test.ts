import { describe, expect, it } from 'vitest';
import type { Removal } from '../../../lib/domain/removal/removal.ts';
import { checkUndo, reopenedDueAt } from '../../../lib/domain/review/undo.ts';
import { at, NOW, person, removal } from '../identity/samples.ts';

const preImage = { connector: 'aws-iam', label: 'x', wasEnabled: true, takenAt: NOW, detail: {} };
const off = (change: Partial<Removal> = {}) => removal({ state: 'quarantined', preImage, ...change });
const sam = person('sam', { roles: ['security'] });

describe('undo', () => {
  it('reopens the question, due at the end of the second business day', () => {
    expect(reopenedDueAt(NOW, 'UTC')).toBe('2026-09-09T23:59:59.999Z');
    expect(reopenedDueAt(at('2026-09-11T10:00'), 'Europe/Berlin', ['2026-09-14'])).toBe(
      '2026-09-16T21:59:59.999Z',
    );
  });

  it('is possible at any time before deletion', () => {
    const check = (change: Partial<Removal>) =>
      checkUndo({ removal: off(change), who: person('ana'), exposureReported: false });

    expect(check({}).eligible).toBe(true);
    expect(check({ state: 'executed' }).eligible).toBe(true);
    expect(check({ state: 'deleted' })).toMatchObject({ eligible: false, code: 'ILLEGAL_TRANSITION' });
    expect(
      checkUndo({ removal: removal({ state: 'executed' }), who: sam, exposureReported: false }).eligible,
    ).toBe(false);
  });

  it('after a reported exposure needs security', () => {
    expect(checkUndo({ removal: off(), who: person('ana'), exposureReported: true })).toMatchObject({
      eligible: false,
      message: 'Its secret was reported exposed; only security can bring it back.',
    });
    expect(checkUndo({ removal: off(), who: sam, exposureReported: true })).toEqual({
      eligible: true,
      why: 'security role',
    });
  });
});
