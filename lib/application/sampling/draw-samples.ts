// Second looks at keeps, drawn at random, where a reviewer's pattern of answers asks for them.
import type { Campaign } from '../../domain/campaign/campaign.ts';
import type { Definition } from '../../domain/campaign/definition.ts';
import { PopulationEntry } from '../../domain/campaign/population.ts';
import {
  type AnswerRow,
  ENOUGH_ANSWERS,
  type RubberStampSigns,
  shownBy,
  signsOf,
} from '../../domain/metrics/rubber-stamp.ts';
import type { ReviewItem } from '../../domain/review/review-item.ts';
import type { Instant } from '../../domain/time.ts';
import type { Environment } from '../environment.ts';
import { gatherLine } from '../gather-line.ts';
import { inBatches } from '../in-batches.ts';
import { fileBytes } from '../plain-json.ts';
import { update } from '../ports/review-store.ts';
import { secondApprovers } from '../second-approvers.ts';

type Sampling = NonNullable<Definition['sampling']>;

/** One reviewer's answers in the campaign, and the keeps among them by lot, lowest first. */
interface Answers {
  readonly rows: AnswerRow[];
  keeps: number;
  readonly lots: { readonly lot: string; readonly item: ReviewItem }[];
}

/** Items drawn of one reviewer are one transaction, with its statement. */
const MAX_DRAWN = 20;

/**
 * Draws a sample of the keeps of each reviewer whose answers show enough signs, and has a second person asked. Run again,
 * it draws the same: the lot of an item hangs on a salt that no reviewer knows. Resolves to how many were drawn now.
 */
export async function drawSamples(
  environment: Environment,
  campaign: Campaign,
  definition: Definition,
): Promise<number> {
  const { sampling } = definition;
  if (!sampling || campaign.populationDigest === undefined) return 0;
  let drawn = 0;
  for (const [personId, answers] of await answersIn(environment, campaign, sampling)) {
    if (answers.rows.length < ENOUGH_ANSWERS) continue;
    const signs = signsOf(personId, answers.rows);
    if (shownBy(signs).length < sampling.signs) continue;
    const wanted = Math.min(sampling.max, MAX_DRAWN, Math.ceil((answers.keeps * sampling.percent) / 100));
    const items = answers.lots.slice(0, wanted).map(({ item }) => item);
    drawn += await askFor(environment, { campaign, definition, signs, items, keeps: answers.keeps });
  }
  return drawn;
}

async function answersIn(
  environment: Environment,
  campaign: Campaign,
  { max }: Sampling,
): Promise<Map<string, Answers>> {
  const { store, blobs } = environment;
  const byPerson = new Map<string, Answers>();
  for await (const lines of inBatches(blobs.lines(campaign.populationDigest ?? ''), 100)) {
    const keys = lines
      .map((line) => PopulationEntry.parse(JSON.parse(line)))
      .filter(({ included }) => included)
      .map(({ identityKey }) => ({ campaignId: campaign.campaignId, identityKey }));
    for (const item of await store.getMany('item', keys)) {
      if (item?.state === 'answered' || item?.state === 'removing') note(environment, byPerson, item, max);
    }
  }
  return byPerson;
}

function note(
  { attestor }: Environment,
  byPerson: Map<string, Answers>,
  item: ReviewItem,
  max: number,
): void {
  const { decision } = item;
  if (!decision) return;
  const answers = byPerson.get(decision.by) ?? { rows: [], keeps: 0, lots: [] };
  byPerson.set(decision.by, answers);
  answers.rows.push({
    personId: decision.by,
    verdict: decision.verdict,
    recommendation: item.recommendation,
    bulk: decision.bulk !== undefined,
    decisionSeconds: decision.seconds,
  });
  if (decision.verdict !== 'certify' || decision.awaitingSecond) return;
  answers.keeps += 1;
  const lot = attestor.pseudonym(`lot/${item.campaignId}/${item.identityKey}/${decision.attestationId}`);
  answers.lots.push({ lot, item });
  answers.lots.sort((a, b) => (a.lot < b.lot ? -1 : 1));
  answers.lots.length = Math.min(answers.lots.length, Math.min(max, MAX_DRAWN));
}

interface Draw {
  readonly campaign: Campaign;
  readonly definition: Definition;
  readonly signs: RubberStampSigns;
  readonly items: readonly ReviewItem[];
  readonly keeps: number;
}

async function askFor(environment: Environment, draw: Draw): Promise<number> {
  const { store, clock } = environment;
  const fresh = draw.items.filter(({ sample, decision }) => sample?.decision !== decision?.attestationId);
  const at = clock.now();
  if (fresh.length > 0) {
    const signed = await attestDraw(environment, draw, at);
    const marked = fresh.map((item) =>
      update('item', item, {
        sample: { sampleId: sampleIdOf(item), decision: item.decision?.attestationId ?? '', askedAt: at },
      }),
    );
    await store.commit([...marked, ...signed.writes]);
  }
  // Also of what was marked before: a crash may have come between marking and asking.
  for (const item of draw.items) {
    if (item.sample?.answeredAt !== undefined && item.sample.decision === item.decision?.attestationId)
      continue;
    const people = await secondApprovers(environment, draw.definition, item);
    const of = `${item.campaignId}/${item.identityKey}/${sampleIdOf(item)}`;
    await gatherLine(environment, 'asks', { what: 'sample-wanted', of }, people);
  }
  return fresh.length;
}

/** Named by the keep that is looked at: another answer to the same item is another sample. */
function sampleIdOf({ decision }: ReviewItem): string {
  return `sample-${(decision?.attestationId ?? '').slice(0, 24)}`;
}

async function attestDraw({ attestor, blobs }: Environment, draw: Draw, at: Instant) {
  const { campaign, signs, items, keeps } = draw;
  const ratios = { ...signs } as const;
  const snapshots = await blobs.put(fileBytes(items.map(({ snapshot }) => snapshot)));
  return attestor.attest(
    {
      name: 'sample-asked',
      subject: { name: `sample/${campaign.campaignId}`, sha256: snapshots },
      step: `${campaign.campaignId}/${attestor.pseudonym(signs.personId)}`,
      ordinal: 0,
      predicate: {
        build: attestor.build,
        actor: attestor.system,
        at,
        campaignId: campaign.campaignId,
        definitionDigest: campaign.definitionDigest,
        reviewer: attestor.pseudonym(signs.personId),
        signs: shownBy(signs).map((sign) => ({
          sign,
          numerator: ratios[sign].numerator,
          denominator: ratios[sign].denominator,
        })),
        keeps,
        identityIds: items.map(({ identityId }) => identityId),
      },
    },
    at,
  );
}
