// Commands about definitions, campaigns and the global stop.
import { type AppliedDefinition, readDefinition } from '../../application/apply-definition.ts';
import { loadDefinition } from '../../application/load.ts';
import { previewCampaign } from '../../application/preview-campaign.ts';
import { stopEnforcement } from '../../application/stop-enforcement.ts';
import type { Definition } from '../../domain/campaign/definition.ts';
import { RefusedError } from '../../domain/errors.ts';
import { byTwo } from './by-two.ts';
import { type ControlCall, settled } from './call.ts';
import type { CommandOf } from './protocol.ts';

/** Previews a definition in force. */
export async function preview({ definitionId }: CommandOf<'preview'>, call: ControlCall) {
  return previewCampaign(call.environment)(await inForce(call, definitionId));
}

/** Previews a definition from a file. */
export async function previewFile({ definition }: CommandOf<'preview-file'>, call: ControlCall) {
  return previewCampaign(call.environment)(await checked(call, definition));
}

/** Holds, resumes, extends or cancels a campaign. */
export async function steer({ campaignId, steering, as }: CommandOf<'steer'>, call: ControlCall) {
  const { useCases } = call;
  return settled(call, await useCases.steerCampaign(campaignId, steering, await call.who(as)));
}

/** A definition as it is in force; null when there is none. */
export async function definitionInForce(
  { definitionId }: CommandOf<'definition-in-force'>,
  call: ControlCall,
) {
  const { store, blobs } = call.environment;
  const row = await store.get('definition', { definitionId });
  return row ? { definition: await loadDefinition(blobs, row.digest), appliedAt: row.appliedAt } : null;
}

/** Puts definitions into force, one after the other. */
export async function apply({ definitions, ...people }: CommandOf<'apply'>, call: ControlCall) {
  const sound: Definition[] = [];
  for (const definition of definitions) sound.push(await checked(call, definition));
  const what = { act: 'definitions apply', asked: { definitions: sound } };
  return byTwo(call, what, people, async (first, secondId) => {
    const applied: AppliedDefinition[] = [];
    for (const definition of sound) {
      applied.push(await call.useCases.applyDefinition(definition, first, secondId));
    }
    return applied;
  });
}

/** Stops or starts enforcement. One person stops. */
export async function turnSwitch({ act, reason, ...people }: CommandOf<'switch'>, call: ControlCall) {
  const turn = stopEnforcement(call.environment);
  if (act === 'stop') return { done: await turn({ act, reason }, await call.who(people.as)) };
  const what = { act: 'switch start', asked: { reason } };
  return settled(
    call,
    await byTwo(call, what, people, (first, approverId) => turn({ act, reason, approverId }, first)),
  );
}

async function inForce(call: ControlCall, definitionId: string) {
  const { store, blobs } = call.environment;
  const row = await store.get('definition', { definitionId });
  if (row) return loadDefinition(blobs, row.digest);
  const known = (await store.definitions()).map((each) => each.definitionId).join(', ') || 'none';
  throw new RefusedError({
    code: 'NOT_FOUND',
    message: `There is no definition "${definitionId}" in force; there are: ${known}.`,
  });
}

async function checked(call: ControlCall, { value, where }: CommandOf<'preview-file'>['definition']) {
  const { people, expressions } = call.environment;
  return readDefinition(value, await people.directory(), expressions, where);
}
