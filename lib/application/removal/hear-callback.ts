// A system says that what it had accepted has ended: the removal is looked at now instead of later. Nothing in the message
// is believed; what happens next is what would have happened anyway, sooner.
import { RefusedError } from '../../domain/errors.ts';
import { identityKeyOf } from '../../domain/identity/identity-id.ts';
import { untilNoConflict } from '../conflict.ts';
import type { Environment } from '../environment.ts';
import type { SystemCallback } from '../ports/connector.ts';
import { update } from '../ports/review-store.ts';
import { remember } from '../remember-act.ts';

/** Hears one message. `heard-before`: it came twice, and the second changes nothing. */
export type HearCallback = (
  from: { readonly connectorId: string; readonly scope: string },
  message: SystemCallback,
) => Promise<'heard' | 'heard-before'>;

/**
 * Makes the use case. Each request is heard of once, so that a chatty system uses up no tries.
 * @throws RefusedError NOT_FOUND when nothing waits for it, NOT_ELIGIBLE when it is not from that system;
 * InvalidInputError UNKNOWN_CONNECTOR or MALFORMED_REQUEST
 */
export function hearCallback({ store, connectors, clock }: Environment): HearCallback {
  return async ({ connectorId, scope }, message) => {
    const [connector] = connectors.chosen(connectorId, scope);
    if (!connector.readCallback) throw nothingWaits();
    const { requestId, identityId } = await connector.readCallback(message);
    const actId = `callback/${connectorId}/${requestId}`;
    return untilNoConflict(async () => {
      if (await store.get('handled', { messageId: actId })) return 'heard-before';
      const removals = await store.removalsOf(identityKeyOf(identityId));
      const waiting = removals.filter((each) => each.state === 'executing' && each.connector === connectorId);
      if (waiting.length === 0) throw nothingWaits();
      const at = clock.now();
      const sooner = waiting.slice(0, 20).map((removal) => update('removal', removal, { nextDueAt: at }));
      await store.commit([...sooner, remember(actId, at, 'heard')]);
      return 'heard';
    });
  };
}

function nothingWaits(): RefusedError {
  return new RefusedError({ code: 'NOT_FOUND', message: 'Nothing waits for this.' });
}
