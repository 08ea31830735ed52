// Use cases as the workers and edges have them: each function with the ports it may use.

import type { CountAttestations } from '../application/close-campaign.ts';
import type { Declare } from '../application/collect-identities.ts';
import type { Environment } from '../application/environment.ts';
import type { Connectors } from '../application/ports/connectors.ts';
import type { Expressions } from '../application/ports/expressions.ts';
import type { People } from '../application/ports/people.ts';
import type { Queue } from '../application/ports/queue.ts';
import type { QueueName } from '../functions.ts';
import { type UseCases, useCases } from '../runtime/use-cases.ts';
import { type Doors, openDoors } from './doors.ts';
import { openEnvironment } from './environment.ts';
import { refusing } from './refuse.ts';
import { membersReader, slackPeople } from './slack.ts';
import type { Base } from './start.ts';
import { wanted } from './wanted.ts';

/** Ports that only some functions have. */
export interface WorkParts {
  readonly connectors?: Connectors | undefined;
  /** What the owners file adds; wherever there are connectors. */
  readonly declare?: Declare | undefined;
  readonly expressions?: Expressions | undefined;
  /** How people are written to. @default Slack and mail, both of which must open */
  readonly doors?: Doors | undefined;
  readonly queue?: ((name: QueueName) => Queue) | undefined;
  readonly countAttestations?: CountAttestations | undefined;
  readonly resumeOpening?: ((campaignId: string, definitionId: string) => Promise<void>) | undefined;
}

/** Use cases and what they stand on. */
export interface OpenedUseCases {
  readonly cases: UseCases;
  readonly environment: Environment;
  /** The directory before roles that nobody confirmed are held back. */
  readonly people: People;
  readonly doors: Doors;
}

/** Puts use cases together for a function that writes to people. */
export async function openUseCases(base: Base, parts: WorkParts = {}): Promise<OpenedUseCases> {
  const doors = parts.doors ?? (await openDoors(base));
  const { environment: bare, people } = await openEnvironment(base, {
    connectors: parts.connectors,
    expressions: parts.expressions,
    people: slackPeople(base, doors.slack, 'base'),
  });
  const environment = { ...bare, channels: doors.slack?.channels };
  const queue = parts.queue ?? ((name) => refusing(base.name, `queue "${name}"`));
  const cases = useCases({
    environment,
    messengers: doors.messengers,
    pace: doors.pace,
    queues: {
      campaigns: queue('campaigns'),
      dockets: queue('dockets'),
      removals: queue('removals'),
      verifications: queue('verifications'),
      promises: queue('promises'),
    },
    declare: parts.declare ?? ((identity) => identity),
    webUrl: wanted(base, 'webUrl'),
    countAttestations: parts.countAttestations,
    resumeOpening: parts.resumeOpening,
    readSlackMembers: membersReader(base, doors.slack),
  });
  return { cases, environment, people, doors };
}
