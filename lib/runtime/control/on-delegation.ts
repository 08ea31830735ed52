// Commands about who answers for whom.
import { delegate, endDelegation } from '../../application/delegate.ts';
import type { ControlCall } from './call.ts';
import type { CommandOf } from './protocol.ts';

/** Lets another person answer for a while. */
export async function onDelegate(command: CommandOf<'delegate'>, call: ControlCall) {
  const { to, for: inPlaceOf, fromAt, until, reason } = command;
  const who = await call.who(command.as);
  return delegate(call.environment)({ to, inPlaceOf, fromAt, until, reason, who, actId: call.actId });
}

/** Takes back what was delegated to that person. */
export async function onEndDelegation(command: CommandOf<'end-delegation'>, call: ControlCall) {
  const { to, for: inPlaceOf, reason } = command;
  const who = await call.who(command.as);
  return endDelegation(call.environment)({ to, inPlaceOf, reason, who, actId: call.actId });
}
