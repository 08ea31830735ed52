// Commands about links in mails.
import { revokeLinksOf } from '../../application/revoke-links.ts';
import type { ControlCall } from './call.ts';
import type { CommandOf } from './protocol.ts';

/** Revokes a person's review links. */
export async function onRevokeLinks({ person, as }: CommandOf<'revoke-links'>, call: ControlCall) {
  return revokeLinksOf(call.environment)({ person, who: await call.who(as) });
}
