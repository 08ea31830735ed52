// Telling one person one thing: by Slack, and by e-mail when Slack cannot reach them.
import type { Channel } from '../domain/campaign/definition.ts';
import type { NoticePurpose } from '../domain/chase/notice.ts';
import type { Directory } from '../domain/review/directory.ts';
import type { Person } from '../domain/review/person.ts';
import type { MessageBody } from './ports/messenger.ts';
import type { NoticeOutcome, SendNotice } from './send-notice.ts';

/** One thing to tell. */
export interface Telling {
  readonly to: Person;
  readonly purpose: NoticePurpose;
  /** What it is about; the same purpose and occasion is told once. */
  readonly occasion: string;
  readonly shown: readonly string[];
  readonly body: () => Promise<MessageBody>;
}

/** Tells a person; resolves to false when neither channel could reach them. */
export type TellPerson = (telling: Telling) => Promise<boolean>;

/** Makes the use case. */
export function tellPerson(send: SendNotice): TellPerson {
  return async (telling) => {
    const channels: readonly Channel[] = telling.to.slack ? ['slack', 'email'] : ['email'];
    for (const channel of channels) {
      const result = await send({ ...telling, channel, rungs: [] });
      if (reached(result)) return true;
    }
    return false;
  };
}

/** Whether a notice reached its person, or is on its way. */
export function reached(result: NoticeOutcome): boolean {
  return result.outcome === 'earlier'
    ? result.notice?.state !== 'undeliverable'
    : result.outcome !== 'undeliverable';
}

/** The people a name stands for: a person, or a team's accountable person first and then its other active members. */
export function peopleNamed(directory: Directory, name: string): Person[] {
  const person = directory.person(name) ?? directory.byEmail(name);
  if (person) return person.active ? [person] : [];
  const team = directory.team(name);
  if (!team) return [];
  const ids = [
    ...new Set([team.accountableId, ...(team.backupId ? [team.backupId] : []), ...team.memberIds]),
  ];
  return ids.map((id) => directory.person(id)).filter((member) => member?.active === true) as Person[];
}
