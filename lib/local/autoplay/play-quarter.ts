// Plays a whole quarter on the embedded stack: a review of everything, its removals, and a confirmation at the end.
import { readDefinition } from '../../application/apply-definition.ts';
import { peopleNamed } from '../../application/tell-person.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import type { Definition, DefinitionInput } from '../../domain/campaign/definition.ts';
import { nextWorkingMoment } from '../../domain/chase/working-time.ts';
import { DAY_MS, HOUR_MS, type Instant, millisOf, plusDays, plusMs } from '../../domain/time.ts';
import type { LocalStack } from '../stack.ts';
import { countAttested, everyEnvelope } from './attested-facts.ts';
import { castingPool, readCandidates } from './casting-pool.ts';
import { expectOfQuarter } from './expectations.ts';
import { type QuarterRecord, readQuarter } from './quarter-record.ts';
import {
  type NotPlayed,
  type QuarterSummary,
  summariseQuarter,
  type VerifiedEvidence,
} from './quarter-summary.ts';
import { REPERTOIRE } from './scenes/repertoire.ts';
import type { Expectation, PlayedScene } from './scenes/scene.ts';
import { type Refusal, type Stage, setStage } from './stage.ts';
import { visit, wantsToVisit } from './visit.ts';
import { workloads } from './workloads.ts';

/** Days of a quarter. */
export const QUARTER_DAYS = 91;
/** The day the confirmation opens. */
const CONFIRMATION_DAY = 50;
/** Hours of the day, UTC, at which people who are at work then look at what came: morning, noon and evening in Europe. */
const ROUND_HOURS = [7.5, 13.5, 19.5];

/** How far the quarter has come. */
export interface QuarterProgress {
  readonly at: Instant;
  readonly day: number;
  readonly days: number;
  readonly said: string;
}

/** What the quarter came to. */
export interface PlayedQuarter {
  readonly summary: QuarterSummary;
  /** Everything that had to be true, and whether it was. */
  readonly expectations: readonly Expectation[];
  readonly notPlayed: readonly NotPlayed[];
  /** Answers the product did not take, with what it said. */
  readonly refusals: readonly Refusal[];
  readonly record: QuarterRecord;
}

/** The sealed ledger at the end: its attestations, and what the verifier said of their export. */
export interface SealedQuarter {
  readonly envelopes: AsyncIterable<string>;
  readonly evidence: VerifiedEvidence;
}

/** Options of a performance. */
export interface PlayOptions {
  readonly onProgress?: ((progress: QuarterProgress) => void) | undefined;
  /** Seals what was attested, exports it and runs the verifier. Without it the attestations are counted where they are. */
  readonly seal?: ((stack: LocalStack) => Promise<SealedQuarter>) | undefined;
}

/**
 * Plays the quarter from where the clock stands. People act through the real edges: signed Slack requests, the review page
 * behind a mailed link, and IAM's own API.
 */
export async function playQuarter(stack: LocalStack, options: PlayOptions = {}): Promise<PlayedQuarter> {
  const stage = setStage(stack);
  const tell = (said: string) =>
    options.onProgress?.({
      at: stage.now(),
      day: Math.min(stage.day(), QUARTER_DAYS),
      days: QUARTER_DAYS,
      said,
    });
  tell('collecting identities');
  await stack.useCases.collect();
  const review = await open(stage, stack.company.definitions[0]);
  tell(`${review.title}: ${review.counts?.included ?? 0} identities`);
  const { played, notPlayed } = await castScenes(stage, review);
  const rounds = { played, tries: new Map<string, number>(), work: workloads(stack), tell };
  await playUntil(stage, plusDays(stage.startedAt, CONFIRMATION_DAY), rounds);

  await stack.useCases.collect();
  const confirmation = await open(stage, stack.company.definitions[1]);
  tell(`${confirmation.title}: ${confirmation.counts?.included ?? 0} identities`);
  await playUntil(stage, plusDays(stage.startedAt, QUARTER_DAYS), rounds);

  tell('sealing and verifying');
  const sealed = await options.seal?.(stack);
  const record = await readQuarter(stack);
  const facts = await countAttested(sealed?.envelopes ?? everyEnvelope(stack));
  const evidence = sealed?.evidence;
  const { summary, violations } = await summariseQuarter(stack, record, facts, { notPlayed, evidence });
  const asAWhole = expectOfQuarter({ stage, record, summary, violations, facts, evidence });
  const expectations = [...asAWhole, ...played.flatMap((scene) => scene.expect(record, stage))];
  return { summary, expectations, notPlayed, refusals: stage.refusals, record };
}

/** Puts a definition into force and opens its campaign. */
async function open(stage: Stage, input: DefinitionInput): Promise<Campaign> {
  const { useCases, environment, clock, company } = stage.stack;
  const directory = await environment.people.directory();
  const definition: Definition = readDefinition(input, directory, environment.expressions, company.name);
  const [author] = peopleNamed(directory, definition.reviewers.manager);
  const [approver] = peopleNamed(directory, definition.reviewers.riskAcceptors);
  const who = {
    personId: author?.personId ?? '',
    method: 'local-demo' as const,
    issuer: 'embedded stack',
    at: clock.now(),
    evidenceDigest: '0'.repeat(64),
  };
  await useCases.applyDefinition(definition, who, approver?.personId ?? '');
  const opened = await useCases.openCampaign({
    definitionId: definition.definitionId,
    launchedBy: who.personId,
  });
  await stage.stack.settle();
  return opened;
}

async function castScenes(stage: Stage, review: Campaign) {
  const pool = castingPool(stage, await readCandidates(stage, review));
  const played: PlayedScene[] = [];
  const notPlayed: NotPlayed[] = [];
  for (const { sceneId, title, cast } of REPERTOIRE) {
    const scene = cast(stage, pool);
    if ('notPlayed' in scene) notPlayed.push({ sceneId, title, why: scene.notPlayed });
    else played.push(scene);
  }
  return { played, notPlayed };
}

interface Rounds {
  readonly played: readonly PlayedScene[];
  readonly tries: Map<string, number>;
  readonly work: (now: Instant) => void;
  readonly tell: (said: string) => void;
}

/** Goes from round to round: time passes, things happen, and people who are at work look at what came. */
async function playUntil(stage: Stage, until: Instant, rounds: Rounds): Promise<void> {
  const { stack } = stage;
  for (let round = nextRound(stage.now()); round < until; round = nextRound(stage.now())) {
    await stack.advanceTo(round);
    rounds.work(stage.now());
    for (const { happen } of rounds.played) await happen?.(stage);
    for (const actor of stage.actors) {
      const isAtWork = nextWorkingMoment(stage.now(), actor.person) === stage.now();
      if (isAtWork && wantsToVisit(actor)) await visit(stage, actor, rounds.tries);
    }
    rounds.tell(`day ${stage.day()}`);
  }
  await stack.advanceTo(until);
}

function nextRound(now: Instant): Instant {
  const midnight = `${now.slice(0, 10)}T00:00:00.000Z` as Instant;
  const today = ROUND_HOURS.map((hours) => plusMs(midnight, hours * HOUR_MS));
  const next = today.find((at) => millisOf(at) > millisOf(now));
  return next ?? plusMs(midnight, DAY_MS + (ROUND_HOURS[0] ?? 0) * HOUR_MS);
}
