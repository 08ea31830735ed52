// The stage: the running stack, the people on it, who plays what, and what has been said and refused so far.
import type { Person } from '../../domain/review/person.ts';
import { daysBetween, type Instant } from '../../domain/time.ts';
import type { Company, HabitName } from '../company/company.ts';
import type { LocalStack } from '../stack.ts';
import { type MailHand, mailHand } from './hands/mail-hand.ts';
import { type SlackHand, slackHand } from './hands/slack-hand.ts';
import type { Part } from './part.ts';

/** A person on the stage. */
export interface Actor {
  readonly person: Person;
  readonly habit: HabitName;
  /** How they are reached; a person without a Slack account has only mail. */
  readonly hand:
    | { readonly by: 'slack'; readonly slack: SlackHand }
    | { readonly by: 'mail'; readonly mail: MailHand };
  /** Something was left to do at the last visit. */
  unfinished: boolean;
}

/** Somebody's answer that the product did not take, with what it said. */
export interface Refusal {
  readonly at: Instant;
  readonly personId: string;
  readonly about: string;
  readonly said: string;
}

/** Everything scenes and habits work with. */
export interface Stage {
  readonly stack: LocalStack;
  readonly company: Company;
  readonly startedAt: Instant;
  readonly actors: readonly Actor[];
  readonly parts: ReadonlyMap<string, Part>;
  readonly refusals: Refusal[];
  /** How many identities each person has given up without being cast to. */
  readonly givenUp: Map<string, number>;
  /** Identities (by key) whose held removal a second person has let run. */
  readonly released: Set<string>;
  /** Gives an identity (by key) its answer. An identity has one. */
  give(identityKey: string, part: Part): void;
  actor(personId: string): Actor | undefined;
  /** Whole days since the curtain rose. */
  day(): number;
  now(): Instant;
  refused(personId: string, about: string, said: string): void;
}

/** Sets the stage. */
export function setStage(stack: LocalStack): Stage {
  const { company, clock } = stack;
  const startedAt = clock.now();
  const parts = new Map<string, Part>();
  const refusals: Refusal[] = [];
  const actors = company.people
    .filter(({ active }) => active)
    .map((person): Actor => {
      const habit = company.casting.habits[person.personId] ?? 'second-person';
      return {
        person,
        habit,
        hand: person.slack
          ? { by: 'slack', slack: slackHand(stack, person) }
          : { by: 'mail', mail: mailHand(stack, person) },
        unfinished: false,
      };
    });
  const byId = new Map(actors.map((actor) => [actor.person.personId, actor]));
  return {
    stack,
    company,
    startedAt,
    actors,
    parts,
    refusals,
    givenUp: new Map(),
    released: new Set(),
    give: (identityKey, part) => void parts.set(identityKey, part),
    actor: (personId) => byId.get(personId),
    day: () => daysBetween(startedAt, clock.now()),
    now: () => clock.now(),
    refused(personId, about, said) {
      refusals.push({ at: clock.now(), personId, about, said });
    },
  };
}
