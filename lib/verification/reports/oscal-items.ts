// The single items of OSCAL assessment results.

import { controlToken, line, NAMESPACE, uuidOf } from './oscal-names.ts';
import type { OscalNote } from './oscal-notes.ts';

/** An answer or a silence, with the attestation as its evidence. */
export function observationOf(
  campaignId: string,
  { index, leafHash, at, identityId = '', text }: OscalNote,
): unknown {
  return {
    uuid: uuidOf('observation', campaignId, index),
    description: line(text),
    methods: ['EXAMINE'],
    types: ['control-objective'],
    subjects: [{ 'subject-uuid': uuidOf('identity', identityId), type: 'inventory-item' }],
    'relevant-evidence': [evidenceOf(index, leafHash)],
    collected: at,
  };
}

function evidenceOf(index: number, leafHash: string): unknown {
  return {
    href: '../attestations.jsonl',
    description: `The attestation at index ${index}, leaf hash ${leafHash}.`,
    props: [
      { name: 'index', ns: NAMESPACE, value: String(index) },
      { name: 'leaf-hash', ns: NAMESPACE, value: leafHash },
    ],
  };
}

/** A reminder or a removal, in the assessment log. */
export function entryOf(campaignId: string, { index, leafHash, at, identityId, text }: OscalNote): unknown {
  return {
    uuid: uuidOf('entry', campaignId, index),
    title: line(text),
    description: identityId === undefined ? undefined : line(identityId),
    start: at,
    props: [
      { name: 'index', ns: NAMESPACE, value: String(index) },
      { name: 'leaf-hash', ns: NAMESPACE, value: leafHash },
    ],
  };
}

/** That nobody answered for an identity. */
export function findingOf(campaignId: string, identityId: string, controls: readonly string[]): unknown {
  return {
    uuid: uuidOf('finding', campaignId, identityId),
    title: 'Missed review',
    description: `Nobody answered for ${line(identityId)} in time.`,
    target: {
      type: 'objective-id',
      'target-id': controlToken(controls[0] ?? 'access-review'),
      status: { state: 'not-satisfied' },
    },
    'related-risks': [{ 'risk-uuid': uuidOf('risk', campaignId, identityId) }],
  };
}

/** What may come of it. */
export function riskOf(campaignId: string, identityId: string, isClosed: boolean): unknown {
  return {
    uuid: uuidOf('risk', campaignId, identityId),
    title: 'Access nobody vouches for',
    description: `Nobody answered for ${line(identityId)} in time.`,
    statement: isClosed
      ? 'It was switched off because nobody vouched for it.'
      : 'It can be used although nobody vouches for it.',
    status: isClosed ? 'closed' : 'open',
  };
}
