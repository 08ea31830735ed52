// What OSCAL documents say of single facts, kept while the log is read.
import type { Instant } from '../../domain/time.ts';
import { type FactHandlers, handleFact, type LoggedFact } from '../facts/logged-fact.ts';

/** What is kept of a fact for OSCAL: an observation about an identity, or an entry of the assessment log. */
export interface OscalNote {
  readonly index: number;
  readonly leafHash: string;
  readonly at: Instant;
  readonly identityId: string | undefined;
  readonly text: string;
}

/** Notes by campaign. */
export interface OscalNotes {
  readonly observations: Map<string, OscalNote[]>;
  readonly entries: Map<string, OscalNote[]>;
}

/** No notes yet. */
export function emptyNotes(): OscalNotes {
  return { observations: new Map(), entries: new Map() };
}

type Keep = (kind: keyof OscalNotes, campaignId: string, text: string) => void;

const NOTED: FactHandlers<Keep, void> = {
  decision: ({ predicate: { campaignId, verdict } }, keep) =>
    keep('observations', campaignId, `Answered: ${verdict}`),
  'no-response': ({ predicate: { campaignId } }, keep) =>
    keep('observations', campaignId, 'No response in time'),
  removal: ({ predicate: { campaignId, step } }, keep) => keep('entries', campaignId, `Removal ${step}`),
  verification: ({ predicate: { campaignId, level } }, keep) =>
    keep('entries', campaignId, `Removal verified: ${level}`),
  restoration: ({ predicate: { campaignId } }, keep) => keep('entries', campaignId, 'Access restored'),
  notice: ({ predicate: { campaigns, purpose, outcome } }, keep) => {
    for (const campaignId of campaigns) keep('entries', campaignId, `Reminder (${purpose}) ${outcome}`);
  },
};

/** Keeps what OSCAL needs of a fact. */
export function noteFact(notes: OscalNotes, fact: LoggedFact): void {
  const { index, leafHash, at } = fact;
  const identityId = 'identityId' in fact.predicate ? fact.predicate.identityId : undefined;
  const keep: Keep = (kind, campaignId, text) => {
    const list = notes[kind].get(campaignId) ?? [];
    list.push({ index, leafHash, at, identityId, text });
    notes[kind].set(campaignId, list);
  };
  handleFact(fact, NOTED, keep);
}
