// What each command does that every installation knows.
import { campaignStatus } from '../../application/campaign-status.ts';
import { explainIdentity } from '../../application/explain-identity.ts';
import { listExceptions } from '../../application/list-exceptions.ts';
import { listIdentities } from '../../application/list-identities.ts';
import { listRemovals } from '../../application/list-removals.ts';
import { verifyNow } from '../../application/removal/verify-now.ts';
import { reportExposure } from '../../application/report-exposure.ts';
import { showRemoval } from '../../application/show-removal.ts';
import { type ControlCall, removalDepsOf, settled } from './call.ts';
import { apply, definitionInForce, preview, previewFile, steer, turnSwitch } from './on-campaigns.ts';
import { onDelegate, onEndDelegation } from './on-delegation.ts';
import { doctor } from './on-doctor.ts';
import { enforcement, turnEnforcement } from './on-enforcement.ts';
import { acknowledge, confirm, controls, history, roles } from './on-governance.ts';
import { onRevokeLinks } from './on-links.ts';
import { approve, decide, inbox, inboxes, steerRemoval } from './on-reviews.ts';
import type { CommandOf, SharedVerb } from './protocol.ts';

type Handler<V extends SharedVerb> = (command: CommandOf<V>, call: ControlCall) => Promise<unknown>;

/** Every shared command, by name. */
export const sharedHandlers = {
  time: async (_command: CommandOf<'time'>, { environment }: ControlCall) => ({
    now: environment.clock.now(),
  }),
  doctor,
  identities: ({ where }: CommandOf<'identities'>, { environment }: ControlCall) =>
    listIdentities(environment)(where),
  identity: ({ called }: CommandOf<'identity'>, { environment }: ControlCall) =>
    explainIdentity(environment)(called),
  preview,
  'preview-file': previewFile,
  campaigns: (_command: CommandOf<'campaigns'>, { environment }: ControlCall) =>
    environment.store.campaigns(),
  campaign: ({ campaignId }: CommandOf<'campaign'>, { environment }: ControlCall) =>
    campaignStatus(environment)(campaignId),
  steer,
  inboxes,
  inbox,
  decide,
  approve,
  delegate: onDelegate,
  'end-delegation': onEndDelegation,
  'revoke-links': onRevokeLinks,
  'report-exposure': async (
    { called, credentialId, source, note, as }: CommandOf<'report-exposure'>,
    call: ControlCall,
  ) => {
    const report = { called, credentialId, source, note, who: await call.who(as), actId: call.actId };
    return settled(call, await reportExposure(call.environment)(report));
  },
  removals: ({ campaignId }: CommandOf<'removals'>, { environment }: ControlCall) =>
    listRemovals(environment)(campaignId),
  exceptions: ({ campaignId, past }: CommandOf<'exceptions'>, { environment }: ControlCall) =>
    listExceptions(environment)({ campaignId, past }),
  removal: ({ removalId, campaignId }: CommandOf<'removal'>, { environment }: ControlCall) =>
    showRemoval(environment)(removalId, campaignId),
  'steer-removal': steerRemoval,
  'verify-removal': ({ removalId, campaignId }: CommandOf<'verify-removal'>, call: ControlCall) =>
    verifyNow(removalDepsOf(call))(removalId, campaignId),
  history,
  acknowledge,
  controls,
  roles,
  'confirm-roles': confirm,
  'definition-in-force': definitionInForce,
  apply,
  switch: turnSwitch,
  enforcement,
  'turn-enforcement': turnEnforcement,
} satisfies { readonly [V in SharedVerb]: Handler<V> };

/** What a shared command's result looks like. */
export type SharedResult<V extends SharedVerb> = Awaited<ReturnType<(typeof sharedHandlers)[V]>>;
