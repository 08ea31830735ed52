// A manager who reviewed nothing in a campaign acknowledges how it ended (process.md §6; PCI DSS 7.2.5.1).
import { attestationIdOf, type Fact } from '../../domain/attestation/statement.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import type { Definition } from '../../domain/campaign/definition.ts';
import { RefusedError, UpstreamError } from '../../domain/errors.ts';
import type { Authenticated } from '../../domain/review/decision.ts';
import type { Instant } from '../../domain/time.ts';
import type { Environment } from '../environment.ts';
import { readHistory } from '../ledger/read-history.ts';
import { readLeaves } from '../ledger/read-ledger.ts';
import { loadCampaign, loadDefinition } from '../load.ts';
import type { HistoryEntry, HistoryIndex } from '../ports/history-index.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import { peopleNamed } from '../tell-person.ts';
import { acknowledgeBy, type ControlReading, readControls } from './control-reading.ts';
import { factInLeaf } from './leaf-fact.ts';

/** What acknowledging and reading need besides the environment. */
export interface GovernanceDeps {
  readonly environment: Environment;
  readonly ledger: LedgerStore;
  readonly history: HistoryIndex;
}

/** An acknowledgement, new or given before. */
export interface Acknowledgement {
  readonly campaignId: string;
  readonly attestationId: string;
  readonly acknowledgedAt: Instant;
  /** False when it had been acknowledged before; that one stands. */
  readonly fresh: boolean;
  readonly controls: readonly ControlReading[];
}

/** Acts by which a person takes part in the reviewing of a campaign. */
const REVIEWING: ReadonlySet<string> = new Set([
  'decision',
  'exception-granted',
  'owner-changed',
  'delegation',
]);

/**
 * Makes the use case.
 * @throws RefusedError `NOT_ELIGIBLE` for somebody who is no manager of it, `SELF_REVIEW` for one who took part,
 *   `EXPIRED` after ten business days, `ILLEGAL_TRANSITION` while it runs
 * @throws UpstreamError `NOT_READY` while the log is not indexed up to the closing
 */
export function acknowledgeCampaign(deps: GovernanceDeps) {
  return async (campaignId: string, statement: string, who: Authenticated): Promise<Acknowledgement> => {
    const { store, blobs, attestor, clock } = deps.environment;
    const campaign = await loadCampaign(store, campaignId);
    const definition = await loadDefinition(blobs, campaign.definitionDigest);
    const closing = closingOf(campaign);
    const eligibility = await mayAcknowledge(deps.environment, definition, who);
    const at = clock.now();
    const before = await acknowledgementOf(deps.environment, campaign);
    const answer = (attestationId: string, acknowledgedAt: Instant, fresh: boolean): Acknowledgement => {
      const controls = readControls({ campaign, definition, acknowledgedAt, now: at });
      return { campaignId: campaign.campaignId, attestationId, acknowledgedAt, fresh, controls };
    };
    if (before) return answer(before.attestationId, before.at, false);
    refuseLate(closing.closedAt, at);
    await refuseReviewer(deps, campaign, closing.closedAt, attestor.pseudonym(who.personId));
    const { attestationId, writes } = await attestor.attest(
      {
        ...subjectOf(campaign.campaignId, closing.reconciliationDigest),
        predicate: {
          build: attestor.build,
          actor: attestor.person(who, eligibility),
          at,
          campaignId: campaign.campaignId,
          definitionDigest: campaign.definitionDigest,
          statement,
          closing: closingId(campaign.campaignId, closing.reconciliationDigest),
        },
      },
      at,
    );
    await store.commit(writes);
    return answer(attestationId, at, true);
  };
}

/** Makes the query: how the controls of a campaign read now. Empty when its definition serves none that is read. */
export function readCampaignControls(environment: Environment) {
  return async (campaignId: string): Promise<ControlReading[]> => {
    const campaign = await loadCampaign(environment.store, campaignId);
    const definition = await loadDefinition(environment.blobs, campaign.definitionDigest);
    const acknowledgedAt = (await acknowledgementOf(environment, campaign))?.at;
    return readControls({ campaign, definition, acknowledgedAt, now: environment.clock.now() });
  };
}

function closingOf({ campaignId, closedAt, reconciliationDigest }: Campaign) {
  if (closedAt !== undefined && reconciliationDigest !== undefined) return { closedAt, reconciliationDigest };
  throw new RefusedError({
    code: 'ILLEGAL_TRANSITION',
    message: `${campaignId} is not closed: there is nothing to acknowledge yet.`,
  });
}

async function mayAcknowledge(
  { people }: Environment,
  definition: Definition,
  { personId }: Authenticated,
): Promise<string> {
  const directory = await people.directory();
  const person = directory.person(personId);
  if (person?.active === true && person.fullMember) {
    const managers = peopleNamed(directory, definition.reviewers.manager);
    if (managers.some((each) => each.personId === personId)) return 'campaign manager';
    if (person.roles.includes('compliance-manager')) return 'role compliance-manager';
  }
  throw new RefusedError({
    code: 'NOT_ELIGIBLE',
    message: `Only the campaign's manager and compliance managers acknowledge it; "${personId}" is neither.`,
  });
}

function refuseLate(closedAt: Instant, now: Instant): void {
  const until = acknowledgeBy(closedAt);
  if (now <= until) return;
  throw new RefusedError({
    code: 'EXPIRED',
    message: `It could be acknowledged until ${until}, ten business days after closing; the control reads not met.`,
  });
}

async function refuseReviewer(
  deps: GovernanceDeps,
  { campaignId }: Campaign,
  closedAt: Instant,
  person: string,
): Promise<void> {
  const ask = readHistory(deps);
  const sinceClosing = await ask({ campaignId, since: closedAt }, { limit: 1000 });
  if (!sinceClosing.entries.some(({ name }) => name === 'campaign-closed')) {
    throw new UpstreamError({
      code: 'NOT_READY',
      provider: 'ledger',
      retryable: true,
      message: `The closing of ${campaignId} is not in the log's index yet; try again in a minute.`,
    });
  }
  let cursor: string | undefined;
  do {
    const page = await ask({ campaignId, person }, { limit: 200, cursor });
    for (const entry of page.entries.filter(({ name }) => REVIEWING.has(name))) {
      if ((await actorOf(deps.ledger, entry)) === person) throw tookPart(campaignId, entry);
    }
    cursor = page.next;
  } while (cursor !== undefined);
}

function tookPart(campaignId: string, { name, at }: HistoryEntry): RefusedError {
  return new RefusedError({
    code: 'SELF_REVIEW',
    message: `Whoever reviewed in ${campaignId} cannot acknowledge it for management: there is a ${name} of yours of ${at}.`,
  });
}

/** Entries name everybody a fact mentions; only the signed bytes say who acted. */
async function actorOf(ledger: LedgerStore, { index }: HistoryEntry): Promise<string | undefined> {
  const [leaf] = await readLeaves(ledger, index, index + 1);
  const actor = leaf && factInLeaf(leaf)?.predicate.actor;
  return actor?.kind === 'person' ? actor.pseudonym : undefined;
}

function subjectOf(campaignId: string, reconciliationDigest: string) {
  return {
    name: 'management-acknowledged',
    subject: { name: `reconciliation/${campaignId}`, sha256: reconciliationDigest },
    step: 'acknowledged',
    ordinal: 0,
  } as const satisfies Pick<Fact, 'name' | 'subject' | 'step' | 'ordinal'>;
}

function closingId(campaignId: string, reconciliationDigest: string): string {
  return attestationIdOf({
    ...subjectOf(campaignId, reconciliationDigest),
    name: 'campaign-closed',
    step: 'closed',
  });
}

/** The acknowledgement given, by its permanent mark. */
async function acknowledgementOf(
  { store }: Environment,
  { campaignId, reconciliationDigest }: Campaign,
): Promise<{ readonly attestationId: string; readonly at: Instant } | undefined> {
  if (reconciliationDigest === undefined) return undefined;
  return store.get('attested', {
    attestationId: attestationIdOf(subjectOf(campaignId, reconciliationDigest)),
  });
}
