// A person opened the home tab: everything due, as of now.
import type { Home } from '../../presentation/slack/blocks.ts';
import { renderClosedHome } from '../../presentation/slack/home.ts';
import { call, type Edge, sayingOf } from './edge.ts';
import { homeOf } from './home-of.ts';
import type { HomeOpened } from './payloads.ts';
import { homeFor } from './wire.ts';

/** Handles one `app_home_opened` event. @throws UpstreamError when the store or Slack fails: Slack then sends it again */
export async function onHomeOpened(edge: Edge, body: HomeOpened, evidenceDigest: string): Promise<void> {
  const { user, tab } = body.event;
  if (tab !== undefined && tab !== 'home') return;
  const claimed = {
    userId: user,
    teamId: body.team_id,
    userTeamId: undefined,
    enterpriseId: body.enterprise_id ?? undefined,
  };
  const recognised = await edge.recognise(claimed, evidenceDigest);
  if ('refused' in recognised) {
    edge.log('warn', 'home refused', { why: recognised.refused, userId: user, teamId: body.team_id });
    if (recognised.refused !== 'other-workspace') await publish(edge, user, renderClosedHome(recognised.say));
    return;
  }
  await publish(edge, user, await openedHome(edge, recognised.person.personId));
}

async function openedHome(edge: Edge, personId: string) {
  try {
    return await homeOf(edge.actions, personId, { page: 0 });
  } catch (cause) {
    const said = sayingOf(cause);
    if (said === undefined) throw cause;
    return renderClosedHome(said);
  }
}

async function publish(edge: Edge, userId: string, home: Home): Promise<void> {
  await call('views.publish', () => edge.client.views.publish({ user_id: userId, view: homeFor(home) }));
}
