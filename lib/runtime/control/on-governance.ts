// Commands about proof and power: history, management's acknowledgement, and who may do what in the tool.
import { findIdentity } from '../../application/find-identity.ts';
import {
  acknowledgeCampaign,
  readCampaignControls,
} from '../../application/governance/acknowledge-campaign.ts';
import { confirmRoles, type RoleChange, readRoles } from '../../application/governance/role-book.ts';
import { tellHistory } from '../../application/governance/tell-history.ts';
import { RefusedError } from '../../domain/errors.ts';
import { byTwo } from './by-two.ts';
import { type ControlCall, settled } from './call.ts';
import { personCalled } from './people.ts';
import type { CommandOf } from './protocol.ts';

/** A page of history, up to this moment: what waits is sealed first. */
export async function history(
  { identity, person, campaignId, control, since, until, limit, cursor }: CommandOf<'history'>,
  call: ControlCall,
) {
  const environment = call.environment;
  const { ledger } = call;
  await ledger.tend();
  const named = person === undefined ? undefined : personCalled(await environment.people.directory(), person);
  return tellHistory({ environment, ledger: ledger.ledger, history: ledger.history })(
    {
      identityId: identity === undefined ? undefined : (await findIdentity(environment, identity)).identityId,
      person: named && environment.attestor.pseudonym(named.personId),
      campaignId,
      control,
      since,
      until,
    },
    { limit, cursor },
  );
}

/** Acknowledges a closed campaign for management. */
export async function acknowledge(
  { campaignId, statement, as }: CommandOf<'acknowledge'>,
  call: ControlCall,
) {
  const environment = call.environment;
  const { ledger } = call;
  await ledger.tend();
  const deps = { environment, ledger: ledger.ledger, history: ledger.history };
  return settled(call, await acknowledgeCampaign(deps)(campaignId, statement, await call.who(as)));
}

/** How the controls of a campaign read now. */
export async function controls({ campaignId }: CommandOf<'controls'>, call: ControlCall) {
  return readCampaignControls(call.environment)(campaignId);
}

/** Who has which role, and which grants wait. */
export async function roles(_command: CommandOf<'roles'>, call: ControlCall) {
  return readRoles(call.roles)();
}

/** Two people confirm grants: those that wait at this moment, and no other. */
export async function confirm({ person, ...people }: CommandOf<'confirm-roles'>, call: ControlCall) {
  const directory = await call.environment.people.directory();
  const only = person === undefined ? undefined : personCalled(directory, person).personId;
  const { pending } = await readRoles(call.roles)();
  const grants = pending.filter(({ personId }) => only === undefined || personId === only);
  if (call.second.by === 'acts') refuseInVain(grants, (await call.who(people.as)).personId);
  return byTwo(call, { act: 'roles confirm', asked: { grants } }, people, (first, secondId) =>
    confirmRoles(call.roles)(first, secondId, only),
  );
}

/** Nobody is asked for a second person's word on nothing, or on what the first may not confirm. */
function refuseInVain(grants: readonly RoleChange[], personId: string): void {
  if (grants.length === 0) {
    throw new RefusedError({ code: 'NOT_FOUND', message: 'No grant of a role waits to be confirmed.' });
  }
  if (grants.every((grant) => grant.personId !== personId)) return;
  const message = `"${personId}" cannot confirm a role of their own; name whose roles to confirm.`;
  throw new RefusedError({ code: 'SECOND_PERSON', message });
}
