// What a new stack does before anybody asks: reads the inventories, puts the company's rules into force, opens its review.
import { readDefinition } from '../application/apply-definition.ts';
import { peopleNamed } from '../application/tell-person.ts';
import type { Campaign } from '../domain/campaign/campaign.ts';
import type { DefinitionInput } from '../domain/campaign/definition.ts';
import { RefusedError } from '../domain/errors.ts';
import type { CollectionReport } from '../domain/identity/collection.ts';
import { HOUR_MS, type Instant, plusDays, plusMs } from '../domain/time.ts';
import { actAs } from './control/people.ts';
import type { LocalSession } from './session.ts';
import type { LocalStack } from './stack.ts';

/** Told as things happen. */
export type Tell = (said: string) => void;

/** Nobody has so long a weekend that they cannot be told within it. */
const LONGEST_WAIT_DAYS = 5;

/** Collects, and puts the company's definitions into force, authored by its manager and approved by its risk acceptor. */
export async function prepareStack(stack: LocalStack, tell: Tell): Promise<readonly CollectionReport[]> {
  tell('reading the inventory');
  const outcomes = await stack.useCases.collect();
  tell('putting the definitions into force');
  for (const input of stack.company.definitions) await putIntoForce(stack, input);
  return outcomes.map(({ report }) => report);
}

async function putIntoForce(stack: LocalStack, input: DefinitionInput): Promise<void> {
  const { environment, useCases, company } = stack;
  const directory = await environment.people.directory();
  const definition = readDefinition(input, directory, environment.expressions, company.name);
  const [author] = peopleNamed(directory, definition.reviewers.manager);
  const [approver] = peopleNamed(directory, definition.reviewers.riskAcceptors);
  if (!author || !approver) {
    throw new RefusedError({
      code: 'SECOND_PERSON',
      message: `${definition.definitionId} needs an active manager and an active risk acceptor.`,
    });
  }
  const who = await actAs(stack, author.personId, JSON.stringify(input));
  await useCases.applyDefinition(definition, who, approver.personId);
}

/**
 * Opens the company's review, and moves the clock on until every reviewer has been told, which happens in their own
 * working hours.
 */
export async function openFirstReview(session: LocalSession, tell: Tell): Promise<Campaign> {
  const { stack } = session;
  const [review] = stack.company.definitions;
  tell('opening the review');
  const campaign = await stack.useCases.openCampaign({
    definitionId: review.definitionId,
    launchedBy: 'demo',
    progress: (considered) => tell(`opening the review: ${considered} considered`),
  });
  await stack.settle();
  const latestAt = plusDays(stack.clock.now(), LONGEST_WAIT_DAYS);
  while (stack.clock.now() < latestAt && !(await everybodyTold(stack, campaign))) {
    const next: Instant = plusMs(stack.clock.now(), HOUR_MS);
    tell(`waiting for working hours: ${next.slice(0, 16).replace('T', ' ')}`);
    await session.moveClock(next);
  }
  return campaign;
}

async function everybodyTold(stack: LocalStack, { campaignId }: Campaign): Promise<boolean> {
  const page = await stack.environment.store.docketsIn(campaignId, { limit: 1000 });
  return page.entries.every(({ firstToldAt }) => firstToldAt !== undefined);
}

/** Loud warnings of the newest collections, for example a root account with an access key. */
export async function collectionWarnings(stack: LocalStack): Promise<string[]> {
  const { store, blobs } = stack.environment;
  const warnings: string[] = [];
  for (const { report } of await store.inventories()) {
    const stored = JSON.parse(new TextDecoder().decode(await blobs.get(report))) as CollectionReport;
    warnings.push(...stored.warnings);
  }
  return warnings;
}
