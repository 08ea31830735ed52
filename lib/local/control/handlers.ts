// What each command does to the running stack.
import { campaignStatus } from '../../application/campaign-status.ts';
import { explainIdentity } from '../../application/explain-identity.ts';
import { listIdentities } from '../../application/list-identities.ts';
import { listRemovals } from '../../application/list-removals.ts';
import { verifyNow } from '../../application/removal/verify-now.ts';
import { type ControlCall, environmentOf, removalDepsOf } from './call.ts';
import { apply, definitionInForce, launch, preview, previewFile, steer, turnSwitch } from './on-campaigns.ts';
import { exportPack } from './on-evidence.ts';
import { acknowledge, confirm, controls, history, roles } from './on-governance.ts';
import { approve, decide, inbox, inboxes, steerRemoval } from './on-reviews.ts';
import { collect, down, moveClock, status } from './on-stack.ts';
import type { CommandOf, ControlVerb } from './protocol.ts';

type Handler<V extends ControlVerb> = (command: CommandOf<V>, call: ControlCall) => Promise<unknown>;

/** Every command, by name. */
export const handlers = {
  status,
  down,
  clock: moveClock,
  collect,
  identities: ({ where }: CommandOf<'identities'>, call: ControlCall) =>
    listIdentities(environmentOf(call))(where),
  identity: ({ called }: CommandOf<'identity'>, call: ControlCall) =>
    explainIdentity(environmentOf(call))(called),
  preview,
  'preview-file': previewFile,
  launch,
  campaigns: (_command: CommandOf<'campaigns'>, call: ControlCall) => environmentOf(call).store.campaigns(),
  campaign: ({ campaignId }: CommandOf<'campaign'>, call: ControlCall) =>
    campaignStatus(environmentOf(call))(campaignId),
  steer,
  inboxes,
  inbox,
  decide,
  approve,
  removals: ({ campaignId }: CommandOf<'removals'>, call: ControlCall) =>
    listRemovals(environmentOf(call))(campaignId),
  'steer-removal': steerRemoval,
  'verify-removal': ({ removalId }: CommandOf<'verify-removal'>, call: ControlCall) =>
    verifyNow(removalDepsOf(call))(removalId),
  'export-evidence': exportPack,
  history,
  acknowledge,
  controls,
  roles,
  'confirm-roles': confirm,
  'definition-in-force': definitionInForce,
  apply,
  switch: turnSwitch,
} satisfies { readonly [V in ControlVerb]: Handler<V> };

/** What a command's result looks like. */
export type ControlResult<V extends ControlVerb> = Awaited<ReturnType<(typeof handlers)[V]>>;
