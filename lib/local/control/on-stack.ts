// Commands about the stack itself, and what takes long: where it is, what time it is, collecting, opening.
import { RefusedError } from '../../domain/errors.ts';
import { millisOf, plusMs } from '../../domain/time.ts';
import { settled } from '../../runtime/control/call.ts';
import type { LocalCall } from './call.ts';
import type { LocalCommandOf } from './protocol.ts';

/** Where the stack is and what it holds. */
export async function status(_command: LocalCommandOf<'status'>, { session }: LocalCall) {
  const { stack } = session;
  const { store } = stack.environment;
  const [inventories, definitions, campaigns, enforcement] = await Promise.all([
    store.inventories(),
    store.definitions(),
    store.campaigns(),
    store.get('switch', { switchId: 'enforcement' }),
  ]);
  return {
    company: stack.company.name,
    dataDir: stack.dataDir,
    now: stack.clock.now(),
    addresses: stack.addresses,
    identities: inventories.reduce((sum, { identities }) => sum + identities, 0),
    inventories: inventories.map(({ connector, scope, completeness, collectedAt, identities }) => ({
      connector,
      scope,
      completeness,
      collectedAt,
      identities,
    })),
    definitions: definitions.map(({ definitionId, definitionVersion }) => ({
      definitionId,
      definitionVersion,
    })),
    campaigns: campaigns.map(({ campaignId, state, dueAt }) => ({ campaignId, state, dueAt })),
    enforcementStopped: enforcement?.stopped ?? false,
    /** Work nobody could finish; empty is good. */
    deadLetters: stack.functions.deadLetters(),
  };
}

/** Ends the session once this is answered. */
export async function down(_command: LocalCommandOf<'down'>, { session, stop }: LocalCall) {
  stop();
  return { now: session.stack.clock.now() };
}

/** Moves the clock, or tells the time. */
export async function moveClock({ byMs, to }: LocalCommandOf<'clock'>, { session, progress }: LocalCall) {
  const from = session.stack.clock.now();
  const until = to ?? plusMs(from, byMs ?? 0);
  if (until < from) {
    throw new RefusedError({
      code: 'NOT_SUPPORTED',
      message: `The clock stands at ${from}; it cannot go back to ${until}.`,
    });
  }
  const span = Math.max(1, millisOf(until) - millisOf(from));
  await session.moveClock(until, (now) =>
    progress((millisOf(now) - millisOf(from)) / span, now.slice(0, 10)),
  );
  return { from, now: session.stack.clock.now() };
}

/** Collects the connectors named, or all. */
export async function collect({ connectors }: LocalCommandOf<'collect'>, call: LocalCall) {
  const { useCases } = call;
  const wanted = connectors.length > 0 ? connectors : [undefined];
  const outcomes = [];
  for (const [index, connector] of wanted.entries()) {
    const found = await useCases.collect(connector, {
      progress: (seen) => call.progress(index / wanted.length, `${seen} identities`),
    });
    outcomes.push(...found.map(({ report, inventory }) => ({ ...report, inventory })));
  }
  return settled(call, outcomes);
}

/** Opens a campaign. */
export async function launch({ definitionId, campaignId, as }: LocalCommandOf<'launch'>, call: LocalCall) {
  const { personId } = await call.who(as);
  const campaign = await call.session.stack.useCases.openCampaign({
    definitionId,
    launchedBy: personId,
    campaignId,
    progress: (considered) => call.progress(0, `${considered} considered`),
  });
  return settled(call, campaign);
}
