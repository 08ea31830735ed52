// The message about what was gathered for a person, as everything is when it is sent: what is settled by then is left out.

import type { Removal } from '../domain/removal/removal.ts';
import type { Directory } from '../domain/review/directory.ts';
import { plusDays } from '../domain/time.ts';
import { claimsWanted } from './claims-wanted.ts';
import { viewItem } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { mapConcurrently } from './in-batches.ts';
import { loadCampaign, loadDefinition } from './load.ts';
import { askedOf, itemCalled, removalCalled } from './pending-approvals.ts';
import type { BundleLine } from './ports/desk-records.ts';
import type { ItemView, MessageBody, RemovalNews } from './ports/messenger.ts';
import { reminderOf } from './reminders.ts';
import type { PendingApproval } from './review-actions.ts';

/** Things that one message names at most; the rest are on the Home tab. */
const NAMED = 50;

/** What a message says, and of which lines. */
export interface BundleMessage {
  readonly lines: readonly BundleLine[];
  readonly shown: readonly string[];
  readonly body: MessageBody;
}

/** One thing, as it stands now. */
interface Said {
  readonly line: BundleLine;
  readonly snapshot: readonly string[];
  /** What it says alone. */
  readonly alone: MessageBody;
  readonly news?: RemovalNews;
  readonly approval?: PendingApproval;
}

/** The message about these lines; undefined when nothing of it is to be said any more. */
export async function messageOf(
  environment: Environment,
  about: readonly BundleLine[],
): Promise<BundleMessage | undefined> {
  const directory = await environment.people.directory();
  const found = await mapConcurrently(about, 8, (line) => saidOf(environment, directory, line));
  const said = found.filter((one) => one !== undefined);
  const [first] = said;
  if (!first) return undefined;
  const lines = said.map(({ line }) => line);
  const shown = said.flatMap(({ snapshot }) => snapshot);
  return { lines, shown, body: said.length === 1 ? first.alone : listOf(said, first.alone) };
}

function listOf(said: readonly Said[], alone: MessageBody): MessageBody {
  const more = Math.max(0, said.length - NAMED);
  const news = said.flatMap((one) => one.news ?? []);
  if (news.length === said.length) return { purpose: 'removal-list', news: news.slice(0, NAMED), more };
  const approvals = said.flatMap(({ approval }) => approval ?? []);
  return approvals.length === 0
    ? alone
    : { purpose: 'approval-list', approvals: approvals.slice(0, NAMED), more };
}

async function saidOf(
  environment: Environment,
  directory: Directory,
  line: BundleLine,
): Promise<Said | undefined> {
  if (line.what === 'switched-off') return switchedOff(environment, line);
  if (line.what === 'restored') return restored(environment, directory, line);
  if (line.what === 'removal-warning') return aboutToBe(environment, line);
  if (line.what === 'claim-wanted') {
    const wanted = await claimsWanted(environment, line.of, line.text ?? '');
    return wanted && { line, snapshot: wanted.items.map(({ item }) => item.snapshot), alone: wanted };
  }
  if (line.what === 'promise-reminder' || line.what === 'exception-ending') {
    const reminder = await reminderOf(environment, line);
    return reminder && { line, snapshot: [reminder.snapshot], alone: reminder.body };
  }
  const asked = await askedOf(environment, line);
  if (!asked) return undefined;
  const name = directory.person(asked.askedBy)?.name ?? asked.askedBy;
  const approval = { ...asked, askedBy: name };
  const alone = await aloneOf(environment, approval, line);
  return alone && { line, approval, ...alone };
}

/** What is on again by now is no news. */
async function switchedOff(environment: Environment, line: BundleLine): Promise<Said | undefined> {
  const removal = await removalCalled(environment, line.of);
  if (!removal?.executedAt || !isOff(removal)) return undefined;
  const campaign = await loadCampaign(environment.store, removal.campaignId);
  const { enforcement } = await loadDefinition(environment.blobs, campaign.definitionDigest);
  const undoUntil = removal.quarantineUntil ?? plusDays(removal.executedAt, enforcement.quarantineDays);
  const text = removal.preImage?.wasEnabled === false ? 'was off already' : 'was switched off';
  const news: RemovalNews = { what: 'switched-off', removal, text, undoUntil };
  return {
    line,
    snapshot: [removal.snapshot],
    news,
    alone: { purpose: 'switched-off', removal, text, undoUntil },
  };
}

/** What was done, held or called off by then is not announced any more. */
async function aboutToBe(environment: Environment, line: BundleLine): Promise<Said | undefined> {
  const removal = await removalCalled(environment, line.of);
  if (removal?.state !== 'planned') return undefined;
  const at = (removal.nextDueAt ?? removal.executeAfter).slice(0, 10);
  const text = `It was decided on ${removal.plannedAt.slice(0, 10)} and was kept waiting since. It is switched off from ${at} on. If it is still needed, answer again before that.`;
  return {
    line,
    snapshot: [removal.snapshot],
    alone: { purpose: 'removal-warning', removal, text, undoUntil: undefined },
  };
}

async function restored(
  environment: Environment,
  directory: Directory,
  line: BundleLine,
): Promise<Said | undefined> {
  const removal = await removalCalled(environment, line.of);
  if (removal?.state !== 'restored') return undefined;
  const { restoredBy = '', snapshot } = removal;
  const text = `${directory.person(restoredBy)?.name ?? restoredBy} brought it back. Its review is open again.`;
  const news: RemovalNews = { what: 'restored', removal, text, undoUntil: undefined };
  return {
    line,
    snapshot: [snapshot],
    news,
    alone: { purpose: 'restored', removal, text, undoUntil: undefined },
  };
}

function isOff({ state }: Removal): boolean {
  return state === 'executed' || state === 'quarantined' || state === 'deleted';
}

async function aloneOf(
  environment: Environment,
  approval: PendingApproval,
  line: BundleLine,
): Promise<Pick<Said, 'snapshot' | 'alone'> | undefined> {
  const { what } = line;
  if (what === 'held' || what === 'manual-task') {
    const removal = await removalCalled(environment, line.of);
    if (!removal) return undefined;
    const text = what === 'held' ? approval.detail : (line.text ?? '');
    return { snapshot: [removal.snapshot], alone: { purpose: what, removal, text, undoUntil: undefined } };
  }
  const item = await itemCalled(environment, approval);
  if (!item) return undefined;
  const snapshot = [item.snapshot];
  if (what === 'exception-request') return exceptionAsked(environment, approval, { item, snapshot });
  const view: ItemView = await viewItem(environment, item);
  const { askedBy } = approval;
  if (what === 'sample-wanted') {
    const text = approval.detail;
    return {
      snapshot,
      alone: { purpose: what, item: view, keptBy: askedBy, sampleId: approval.id, text },
    };
  }
  const text =
    approval.kind === 'claim' ? `${askedBy} says that this identity is theirs. Is it?` : approval.detail;
  return { snapshot, alone: { purpose: 'second-approval', item: view, askedBy, text } };
}

async function exceptionAsked(
  { store }: Environment,
  { campaignId, identityKey, id, askedBy }: PendingApproval,
  { item, snapshot }: { readonly item: ItemView['item']; readonly snapshot: readonly string[] },
): Promise<Pick<Said, 'snapshot' | 'alone'> | undefined> {
  const exception = await store.get('exception', { identityKey: item.identityKey, exceptionId: id });
  if (!exception) return undefined;
  const { reason, compensatingControl, until } = exception;
  const text = `${askedBy} asks to accept the risk: ${reason || 'no reason given'}. Compensating control: ${compensatingControl}.`;
  const ref = { campaignId, identityKey, id };
  return { snapshot, alone: { purpose: 'exception-request', identityName: item.name, ref, text, until } };
}
