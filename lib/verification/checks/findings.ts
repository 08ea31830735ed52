// What the facts of a pack leave to be checked once all rows are read.

import { hexBytes } from '../../domain/attestation/bytes/text-bytes.ts';
import { type CaseFile, emptyCaseFile, foldFact } from '../facts/case-file.ts';
import { type FactHandlers, type FactOf, handleFact, type LoggedFact } from '../facts/logged-fact.ts';
import { filesByDigest } from '../pack/pack-files.ts';
import { emptyNotes, noteFact, type OscalNotes } from '../reports/oscal-notes.ts';

/** A file whose digest somebody signed. */
export interface AttestedFile {
  readonly name: string;
  readonly digest: string;
  readonly what: string;
  /** A pack of any scope has to bring it. */
  readonly required: boolean;
}

/** Everything the facts leave behind. */
export interface Findings {
  readonly cases: CaseFile;
  /** Identity that each attested snapshot must be of. */
  readonly snapshots: Map<string, string>;
  /** Digests attested as snapshots of two identities. */
  readonly twoFaced: Set<string>;
  readonly files: Map<string, AttestedFile>;
  readonly transitions: FactOf<'key-transition'>[];
  readonly collections: FactOf<'collection'>[];
  /** Leaf hashes of the facts that name each campaign, in log order, up to its closing. */
  readonly campaignLeaves: Map<string, Uint8Array[]>;
  readonly notes: OscalNotes;
}

/** Nothing yet. */
export function emptyFindings(): Findings {
  return {
    cases: emptyCaseFile(),
    snapshots: new Map(),
    twoFaced: new Set(),
    files: new Map(),
    transitions: [],
    collections: [],
    campaignLeaves: new Map(),
    notes: emptyNotes(),
  };
}

/** Adds the next fact in log order. */
export function gather(findings: Findings, fact: LoggedFact): void {
  gatherCampaignLeaf(findings, fact);
  foldFact(findings.cases, fact);
  gatherSubject(findings, fact);
  noteFact(findings.notes, fact);
  if (fact.name === 'key-transition') findings.transitions.push(fact);
  if (fact.name === 'collection') findings.collections.push(fact);
}

type FileOf = (name: string, what: string, required: boolean) => AttestedFile;

const FILES: FactHandlers<FileOf, AttestedFile> = {
  'campaign-opened': ({ predicate, subject }, file) =>
    file(filesByDigest.population(subject.sha256), `population of ${predicate.campaignId}`, false),
  'cap-lifted': ({ predicate, subject }, file) =>
    file(filesByDigest.population(subject.sha256), `population of ${predicate.campaignId}`, false),
  'campaign-closed': ({ predicate, subject }, file) =>
    file(filesByDigest.reconciliation(subject.sha256), `reconciliation of ${predicate.campaignId}`, false),
  'management-acknowledged': ({ predicate, subject }, file) =>
    file(filesByDigest.reconciliation(subject.sha256), `reconciliation of ${predicate.campaignId}`, false),
  'definition-changed': ({ subject }, file) =>
    file(filesByDigest.definition(subject.sha256), 'definition', true),
  'mode-changed': ({ subject }, file) => file(filesByDigest.definition(subject.sha256), 'definition', true),
  collection: ({ predicate, subject }, file) =>
    file(filesByDigest.report(subject.sha256), `collection report of ${predicate.connector}`, true),
  notice: ({ subject }, file) =>
    file(filesByDigest.noticeList(subject.sha256), 'snapshots a notice showed', false),
};

/** The file a fact's subject is, where a pack has one. */
export function fileOfSubject(fact: LoggedFact): AttestedFile | undefined {
  const digest = fact.subject.sha256;
  return handleFact(fact, FILES, (name, what, required) => ({ name, digest, what, required }));
}

function gatherSubject(findings: Findings, fact: LoggedFact): void {
  if ('identityId' in fact.predicate) {
    const { identityId } = fact.predicate;
    const known = findings.snapshots.get(fact.subject.sha256);
    if (known === undefined) findings.snapshots.set(fact.subject.sha256, identityId);
    else if (known !== identityId) findings.twoFaced.add(fact.subject.sha256);
    if (fact.subject.name !== identityId) findings.twoFaced.add(fact.subject.sha256);
    return;
  }
  const file = fileOfSubject(fact);
  if (file !== undefined) findings.files.set(file.name, file);
}

/** Facts that name a campaign, up to its closing: what a closing counts. */
function gatherCampaignLeaf({ cases, campaignLeaves }: Findings, fact: LoggedFact): void {
  const { predicate } = fact;
  const named =
    fact.name === 'notice'
      ? fact.predicate.campaigns
      : 'campaignId' in predicate
        ? [predicate.campaignId]
        : [];
  for (const campaignId of new Set(named)) {
    if (cases.campaigns.get(campaignId)?.closed) continue;
    const leaves = campaignLeaves.get(campaignId) ?? [];
    leaves.push(hexBytes(fact.leafHash));
    campaignLeaves.set(campaignId, leaves);
  }
}
