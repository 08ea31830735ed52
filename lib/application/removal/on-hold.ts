// A removal on hold: who must know is told, and it goes on when what held it is over.
import type { Hold } from '../../domain/removal/removal.ts';
import { readSwitches } from '../enforcement/back-to-shadow.ts';
import { isInventoryFresh, toldInTime } from './clear-to-act.ts';
import { lookAgainAt, releaseRemoval, tellOfHold } from './hold-removal.ts';
import { postpone, type RemovalCase, type RemovalDeps } from './workbench.ts';

/** Holds whose cause only a person can remove; they never run out by themselves. */
const NEVER_RUNS_OUT: ReadonlySet<Hold['code']> = new Set<Hold['code']>([
  'blast-radius',
  'nobody-told',
  'protected',
  'missing-approval',
  'dependency',
  'disarmed',
  'person',
  'ambiguous',
]);

/**
 * Looks at a removal on hold: lets it go on when the cause is over, or its time is up and nothing forbids that; tells the
 * manager while it lasts.
 */
export async function onHold(deps: RemovalDeps, found: RemovalCase): Promise<'held' | 'later'> {
  const last = found.removal.holds.at(-1);
  const { clock } = deps.environment;
  const over = last && (await causeIsOver(deps, found, last));
  if (over !== undefined) {
    await releaseRemoval(deps, found, { why: over });
    return 'later';
  }
  if (last && last.holdUntil > clock.now()) {
    await tellOfHold(deps, found, last);
    return 'held';
  }
  if (last && NEVER_RUNS_OUT.has(last.code)) {
    await postpone(deps.environment, found.removal, lookAgainAt(last.code, clock.now()));
    return 'held';
  }
  await releaseRemoval(deps, found, {
    why: `held until ${last?.holdUntil ?? ''}; nobody accepted the risk in that time`,
  });
  return 'later';
}

/** Why a hold has no cause any more, though nobody let it go on; undefined while it has, or only a person can tell. */
async function causeIsOver(
  deps: RemovalDeps,
  found: RemovalCase,
  { code }: Hold,
): Promise<string | undefined> {
  const now = deps.environment.clock.now();
  if (code === 'nobody-told') {
    const told = await toldInTime(deps, found, now);
    return told?.verdict === 'hold' ? undefined : 'a notice about it was delivered since';
  }
  if (code === 'disarmed') {
    const { disarmed } = await readSwitches(deps.environment, found.removal);
    return disarmed ? undefined : 'two people armed it again';
  }
  if (code === 'stale-inventory') {
    return (await isInventoryFresh(deps, found, now)) ? 'there is a fresh inventory' : undefined;
  }
  return undefined;
}
