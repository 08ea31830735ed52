// What a channel is to be told waits on a desk of its own, as it does for people.
import { DEFAULT_WORKING_HOURS } from '../../domain/review/person.ts';
import { HOUR_MS, plusMs } from '../../domain/time.ts';
import type { Environment } from '../environment.ts';
import { type DeskOwner, gatherLine } from '../gather-line.ts';
import { CHANNEL_ROLES, type ChannelRole } from '../ports/channels.ts';
import type { BundleLine } from '../ports/desk-records.ts';

/** No person has an id with a slash. */
const PREFIX = 'channel/';
/** How long missing answers are gathered before a channel hears of them, in ms. */
const GATHERED_MS = HOUR_MS;

/** The channel whose desk this is. */
export function channelOfDesk(personId: string): ChannelRole | undefined {
  return CHANNEL_ROLES.find((role) => personId === `${PREFIX}${role}`);
}

/** Has a channel told, where the installation names one. One line stands for all of a campaign: it is written once. */
export async function tellChannel(
  environment: Environment,
  role: ChannelRole,
  line: Pick<BundleLine, 'what' | 'of' | 'text'>,
): Promise<void> {
  if (!environment.channels?.has(role)) return;
  const desk: DeskOwner = {
    personId: `${PREFIX}${role}`,
    timeZone: 'UTC',
    workingHours: DEFAULT_WORKING_HOURS,
    holidays: [],
  };
  const from = role === 'security' ? plusMs(environment.clock.now(), GATHERED_MS) : undefined;
  await gatherLine(environment, 'news', line, [desk], from);
}
