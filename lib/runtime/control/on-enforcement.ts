// Commands about how far removals are trusted, per connector and tier.
import { turnPart } from '../../application/enforcement/back-to-shadow.ts';
import { connectorsOf, showEnforcement } from '../../application/enforcement/show-enforcement.ts';
import { loadDefinition } from '../../application/load.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { byTwo } from './by-two.ts';
import { type ControlCall, settled } from './call.ts';
import type { CommandOf } from './protocol.ts';

/** Mode, record of shadow and what is lacking, for each definition, connector and tier. */
export async function enforcement(_command: CommandOf<'enforcement'>, call: ControlCall) {
  return showEnforcement(call.environment)();
}

/** Sends a connector and tier back to shadow, or arms it again. One person disarms. */
export async function turnEnforcement(
  { act, connector, tier, reason, ...people }: CommandOf<'turn-enforcement'>,
  call: ControlCall,
) {
  await requireKnown(call, connector);
  const part = { connector, tier };
  const turn = turnPart(call.environment);
  if (act === 'disarm') return { done: await turn(part, { act, reason }, await call.who(people.as)) };
  const what = { act: 'enforcement arm', asked: { ...part, reason } };
  return settled(
    call,
    await byTwo(call, what, people, (first, approverId) => turn(part, { act, reason, approverId }, first)),
  );
}

/** A name with a slip in it would disarm nothing, and nobody would notice. */
async function requireKnown({ environment }: ControlCall, connector: string): Promise<void> {
  const rows = await environment.store.definitions();
  const definitions = await Promise.all(rows.map(({ digest }) => loadDefinition(environment.blobs, digest)));
  const known = connectorsOf(environment, definitions);
  if (known.includes(connector)) return;
  throw new InvalidInputError({
    code: 'UNKNOWN_CONNECTOR',
    message: `There is no connector "${connector}"; there are: ${known.join(', ') || 'none'}.`,
  });
}
