// Exceptions as a table: what stands instead, who asked and agreed, how long it still holds.
import type { ListedException } from '../../application/list-exceptions.ts';
import type { Look } from './look.ts';
import { tableOf } from './table.ts';

/** The table; empty when there are none. */
export function exceptionsTable(exceptions: readonly ListedException[], look: Look): string {
  return tableOf(
    [
      { title: 'EXCEPTION FOR', flexible: true },
      { title: 'TIER' },
      { title: 'STATE' },
      { title: 'INSTEAD', flexible: true },
      { title: 'ASKED BY' },
      { title: 'AGREED BY' },
      { title: 'UNTIL' },
      { title: 'LEFT', align: 'right' },
      { title: 'RENEWED', align: 'right' },
    ],
    exceptions.map((one) => [
      one.name,
      one.tier,
      one.state,
      one.compensatingControl,
      one.requestedBy,
      one.approvedBy ?? '',
      one.until.slice(0, 10),
      leftOf(one),
      String(one.renewals),
    ]),
    { width: look.width, heading: look.paint.dim },
  );
}

function leftOf({ state, daysLeft, pastExpiry }: ListedException): string {
  if (pastExpiry) return 'past its end';
  return state === 'requested' || state === 'granted' ? `${daysLeft} d` : 'over';
}
