import { describe, expect, test } from 'vitest';
import {
  acknowledgeBy,
  isPci7251,
  readControls,
  traFindings,
} from '../../../lib/application/governance/control-reading.ts';
import { Definition, type DefinitionInput } from '../../../lib/domain/campaign/definition.ts';
import { Instant, plusDays } from '../../../lib/domain/time.ts';
import { campaign } from '../../contracts/sample-records.ts';
import { DEFINITION } from '../../support/world.ts';

const FRIDAY = Instant.parse('2026-02-27T15:00:00.000Z');
const tra = (approvedAt: string) => ({
  id: 'TRA-7',
  approvedAt: Instant.parse(approvedAt),
  cadence: 'quarterly',
});
const definition = (more: Partial<DefinitionInput> = {}) =>
  Definition.parse({ ...DEFINITION, tra: tra('2026-01-01T00:00:00.000Z'), ...more });
const read = (
  of: Parameters<typeof campaign>[0],
  more: { acknowledgedAt?: Instant; definition?: Partial<DefinitionInput>; now?: Instant } = {},
) =>
  readControls({
    campaign: campaign({ closedAt: FRIDAY, ...of }),
    definition: definition(more.definition),
    acknowledgedAt: more.acknowledgedAt,
    now: more.now ?? plusDays(FRIDAY, 1),
  });

describe('PCI DSS 7.2.5.1', () => {
  test('is met when everything is settled and acknowledged', () => {
    expect(read({ state: 'closed' }, { acknowledgedAt: FRIDAY })).toMatchObject([{ reading: 'met' }]);
  });

  test('waits ten business days for management, then is not met', () => {
    const until = acknowledgeBy(FRIDAY);
    expect(until).toBe('2026-03-13T15:00:00.000Z');
    expect(read({ state: 'closed' }, { now: until })[0]?.reading).toBe('pending');
    expect(read({ state: 'closed' }, { now: plusDays(until, 1) })[0]?.reading).toBe('not-met');
  });

  test.each(['unanswered', 'undelivered', 'held', 'unfinished', 'manual-open', 'failed', 'not-off'])(
    'is not met while the campaign closed with "%s", acknowledged or not',
    (code) => {
      const findings = [{ code, text: 'Something is left.', count: 2 }];
      const [reading] = read({ state: 'closed-with-findings', findings }, { acknowledgedAt: FRIDAY });
      expect(reading?.reading).toBe('not-met');
      expect(JSON.stringify(reading?.parts)).toContain('Something is left. (2)');
    },
  );

  test('is not met without a risk analysis, and by a cancelled campaign', () => {
    const none = definition();
    delete (none as { tra?: unknown }).tra;
    const [without] = readControls({
      campaign: campaign({ state: 'closed', closedAt: FRIDAY }),
      definition: none,
      acknowledgedAt: FRIDAY,
      now: FRIDAY,
    });
    expect(without?.reading).toBe('not-met');
    expect(read({ state: 'cancelled' })[0]?.reading).toBe('not-met');
  });

  test('is pending while the campaign runs', () => {
    expect(read({ state: 'enforcing', closedAt: undefined })[0]?.reading).toBe('pending');
  });

  test('is not read for a definition that serves other controls', () => {
    expect(
      read({ state: 'closed' }, { definition: { controls: ['soc2/CC6.3', 'pci-dss-4.0.1/7.2.5'] } }),
    ).toEqual([]);
    expect(isPci7251('pci-dss-4.1/7.2.5.1')).toBe(true);
  });

  test('a risk analysis is outdated after twelve calendar months, also one approved on 29 February', () => {
    const from = definition({ tra: tra('2028-02-29T12:00:00.000Z') });
    expect(traFindings(from, Instant.parse('2029-02-28T23:00:00.000Z'))).toEqual([]);
    expect(traFindings(from, Instant.parse('2029-03-01T00:00:00.000Z'))).toMatchObject([
      { code: 'tra-outdated' },
    ]);
  });
});
