// Commands about definitions, campaigns and the global stop.
import { readDefinition } from '../../application/apply-definition.ts';
import { loadDefinition } from '../../application/load.ts';
import { previewCampaign } from '../../application/preview-campaign.ts';
import { stopEnforcement } from '../../application/stop-enforcement.ts';
import { RefusedError } from '../../domain/errors.ts';
import { type ControlCall, environmentOf, settled, who } from './call.ts';
import { personCalled } from './people.ts';
import type { CommandOf } from './protocol.ts';

/** Previews a definition in force. */
export async function preview({ definitionId }: CommandOf<'preview'>, call: ControlCall) {
  return previewCampaign(environmentOf(call))(await inForce(call, definitionId));
}

/** Previews a definition from a file. */
export async function previewFile({ definition }: CommandOf<'preview-file'>, call: ControlCall) {
  return previewCampaign(environmentOf(call))(await checked(call, definition));
}

/** Opens a campaign. */
export async function launch({ definitionId, campaignId, as }: CommandOf<'launch'>, call: ControlCall) {
  const { useCases } = call.session.stack;
  const { personId } = await who(call, as);
  const campaign = await useCases.openCampaign({
    definitionId,
    launchedBy: personId,
    campaignId,
    progress: (considered) => call.progress(0, `${considered} considered`),
  });
  return settled(call, campaign);
}

/** Holds, resumes, extends or cancels a campaign. */
export async function steer({ campaignId, steering, as }: CommandOf<'steer'>, call: ControlCall) {
  const { useCases } = call.session.stack;
  return settled(call, await useCases.steerCampaign(campaignId, steering, await who(call, as)));
}

/** A definition as it is in force; null when there is none. */
export async function definitionInForce(
  { definitionId }: CommandOf<'definition-in-force'>,
  call: ControlCall,
) {
  const { store, blobs } = environmentOf(call);
  const row = await store.get('definition', { definitionId });
  return row ? { definition: await loadDefinition(blobs, row.digest), appliedAt: row.appliedAt } : null;
}

/** Puts a definition into force. */
export async function apply({ definition, as, approvedBy }: CommandOf<'apply'>, call: ControlCall) {
  const { people } = environmentOf(call);
  const approver = personCalled(await people.directory(), approvedBy);
  const value = await checked(call, definition);
  return call.session.stack.useCases.applyDefinition(value, await who(call, as), approver.personId);
}

/** Stops or starts enforcement. */
export async function turnSwitch({ act, reason, as, approvedBy }: CommandOf<'switch'>, call: ControlCall) {
  const turn = stopEnforcement(environmentOf(call));
  const person = await who(call, as);
  if (act === 'stop') return turn({ act, reason }, person);
  if (approvedBy === undefined) {
    throw new RefusedError({
      code: 'SECOND_PERSON',
      message: 'Starting enforcement again takes two people: name the second with --approved-by.',
    });
  }
  const approver = personCalled(await environmentOf(call).people.directory(), approvedBy);
  return settled(call, await turn({ act, reason, approverId: approver.personId }, person));
}

async function inForce(call: ControlCall, definitionId: string) {
  const { store, blobs } = environmentOf(call);
  const row = await store.get('definition', { definitionId });
  if (row) return loadDefinition(blobs, row.digest);
  const known = (await store.definitions()).map((each) => each.definitionId).join(', ') || 'none';
  throw new RefusedError({
    code: 'NOT_FOUND',
    message: `There is no definition "${definitionId}" in force; there are: ${known}.`,
  });
}

async function checked(call: ControlCall, { value, where }: CommandOf<'apply'>['definition']) {
  const { people, expressions } = environmentOf(call);
  return readDefinition(value, await people.directory(), expressions, where);
}
