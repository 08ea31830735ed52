// Commands about who answers for whom.
import { delegate, endDelegation } from '../../application/delegate.ts';
import type { ControlCall } from './call.ts';
import type { CommandOf } from './protocol.ts';

/** Lets another person answer for a while. */
export async function onDelegate({ to, until, reason, as }: CommandOf<'delegate'>, call: ControlCall) {
  const who = await call.who(as);
  return delegate(call.environment)({ to, until, reason, who, actId: call.actId });
}

/** Takes back what was delegated to that person. */
export async function onEndDelegation({ to, reason, as }: CommandOf<'end-delegation'>, call: ControlCall) {
  const who = await call.who(as);
  return endDelegation(call.environment)({ to, reason, who, actId: call.actId });
}
