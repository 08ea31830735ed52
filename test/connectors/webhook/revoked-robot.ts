// A world whose one identity is a robot of an automation, and its owner has said that it may go.
import { answer, itemRef, storedRemoval } from '../../support/reviews.ts';
import type { TargetSystem } from '../../support/target-system.ts';
import { MONDAY, type World, world } from '../../support/world.ts';
import type { Automation } from './automation.ts';
import { listOf, webhookOver } from './scene.ts';

/** The automation's clock goes with the review's. */
export async function revokedRobot(automation: Automation, settings: Readonly<Record<string, unknown>> = {}) {
  automation.add('robot', { owner: 'ada@acme.example' });
  let made: World | undefined;
  const now = () => made?.clock.now() ?? MONDAY;
  const wallClock = () => Date.parse(now());
  automation.goBy(wallClock);
  const connector = webhookOver(automation.url, settings, { wallClock, clock: now });
  const identities = await listOf(connector);
  const w = await world({ identities, target: { connector } as TargetSystem });
  made = w;
  const campaign = await w.open();
  const ref = itemRef(campaign, identities[0]!);
  await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
  return { w, removal: () => storedRemoval(w, ref) };
}
