// Every kind of fact as one sentence, for people who read a history. The signed bytes stay what counts.
import type { PredicateBody, PredicateName } from '../../domain/attestation/predicates/registry.ts';
import type { LeafFact } from './leaf-fact.ts';

/** The name behind a pseudonym, or something short for one nobody knows any more. */
export type NameOf = (pseudonym: string) => string;

type InWords = { readonly [N in PredicateName]: (body: PredicateBody<N>, name: NameOf) => string };

const because = (text: string): string => (text === '' ? '' : `: ${text}`);

const IN_WORDS: InWords = {
  collection: ({ connector, scope, identities, completeness }) =>
    `${identities} identities were collected from ${connector} ${scope} (${completeness})`,
  'campaign-opened': ({ counts, dueAt }) =>
    `opened over ${counts.considered} identities: ${counts.included} asked about, ${counts.excluded} not; due ${dueAt}`,
  'campaign-steered': ({ act, reason }) => `the campaign was ${act}${because(reason)}`,
  'campaign-closed': ({ state, findings }) =>
    findings.length === 0
      ? state
      : `${state}: ${findings.map(({ code, count }) => `${code} ${count}`).join(', ')}`,
  'management-acknowledged': ({ statement }) => `management acknowledged the outcome${because(statement)}`,
  decision: (body, name) => decided(body, name),
  'no-response': ({ reviewer, notices, action }, name) =>
    `${name(reviewer)} did not answer (${notices.length} notices); ${action}`,
  notice: ({ person, channel, purpose, outcome }, name) =>
    `${name(person)} was sent a ${purpose} by ${channel}: ${outcome}`,
  'owner-changed': ({ from, to, how }, name) =>
    `owner is now ${name(to)}${from === undefined ? '' : `, before ${name(from)}`} (${how})`,
  delegation: ({ from, to, until }, name) => `${name(from)} lets ${name(to)} decide until ${until}`,
  'exception-granted': ({ until, compensatingControl, requestedBy }, name) =>
    `exception until ${until}, asked for by ${name(requestedBy)}; compensating control: ${compensatingControl}`,
  'exception-ended': ({ why }) => `the exception ended: ${why}`,
  'promise-kept': ({ finding }) => `the promise was kept${because(finding)}`,
  'promise-missed': ({ finding }) => `the promise was not kept${because(finding)}`,
  removal: ({ step, credentialId, cause, note }) =>
    `switch-off ${step}${credentialId === undefined ? '' : ` (credential ${credentialId})`}${because(note === '' ? cause : note)}`,
  hold: ({ cause, holdUntil }) => `switch-off held until ${holdUntil}${because(cause)}`,
  'hold-released': ({ why }) => `hold released${because(why)}`,
  'cap-lifted': ({ cap, from, to, why }) => `limit ${cap} lifted from ${from} to ${to}${because(why)}`,
  verification: ({ level, drifted, reasons }) =>
    `switch-off ${drifted ? 'no longer holds' : level}${because(reasons.join('; '))}`,
  restoration: ({ why }) => `switched on again${because(why)}`,
  'shadow-verdict': ({ verdict, wouldAt, watchedUntil, laterUsedAt, laterUsedBy, cause = '' }) =>
    laterUsedAt === undefined
      ? `in shadow: ${verdict === 'go' ? `would have been switched off at ${wouldAt}` : `would not have been switched off (${verdict})`}${because(cause)}; watched until ${watchedUntil}`
      : `in shadow: would have been switched off at ${wouldAt}, and was used at ${laterUsedAt}${laterUsedBy === undefined ? '' : ` by ${laterUsedBy}`}`,
  'brown-out': ({ step, round, minutes, refused, caller }) =>
    `brown-out ${round} of ${minutes} minutes: ${step}${refused === undefined ? '' : `, ${refused} calls refused`}${caller === undefined ? '' : `, last by ${caller}`}`,
  impact: ({ calls, refused, from, until, completeness, source }) =>
    completeness === 'unknown'
      ? `no log could be replayed (${source})`
      : `${refused} of ${calls} calls from ${from} to ${until} would have been refused (${source}, ${completeness})`,
  'observation-closed': ({ from, until, laterUses, source }) =>
    `${laterUses} uses in the logs from ${from} to ${until} (${source})`,
  'sample-asked': ({ reviewer, identityIds, keeps }, name) =>
    `a second look at ${identityIds.length} of ${keeps} keeps by ${name(reviewer)} was asked for`,
  'sample-answered': ({ agrees, reason }) =>
    `second look: ${agrees ? 'rightly kept' : 'to be asked again'}${because(reason)}`,
  'exposure-reported': ({ source, note, credentialId }) =>
    `a secret was reported exposed${credentialId === undefined ? '' : ` (credential ${credentialId})`} by ${source}${because(note)}`,
  'definition-changed': ({ definitionId, definitionVersion, author, approver }, name) =>
    `definition ${definitionId} version ${definitionVersion} by ${name(author)}, approved by ${name(approver)}`,
  'mode-changed': ({ connector, tier, from, to, approvers, why }, name) =>
    `enforcement ${connector}/${tier} from ${from} to ${to}, by ${approvers.map(name).join(' and ')}${because(why)}`,
  'role-granted': ({ person, role, granted, approver }, name) =>
    `${name(person)} ${granted ? 'was given' : 'lost'} the role ${role}${approver === undefined ? '' : `, approved by ${name(approver)}`}`,
  'tool-changed': ({ commit, bundles }) => `build of commit ${commit} (${bundles.length} bundles) runs`,
  'key-transition': ({ use, fromKeyId, toKeyId }) =>
    `${use} key ${fromKeyId.slice(0, 16)}… handed over to ${toKeyId.slice(0, 16)}…`,
  heartbeat: ({ logSize }) => `the service was alive; ${logSize} entries`,
};

function decided(body: PredicateBody<'decision'>, name: NameOf): string {
  const { verdict, reason, awaitingSecond, confirms, credentialIds, validUntil, to } = body;
  const parts = [
    confirms === undefined ? verdict : `second person agrees: ${verdict}`,
    ...(credentialIds === undefined ? [] : [`of ${credentialIds.join(', ')}`]),
    ...(to === undefined ? [] : [`to ${name(to)}`]),
    ...(validUntil === undefined ? [] : [`until ${validUntil}`]),
    ...(awaitingSecond ? ['(waits for a second person)'] : []),
  ];
  return parts.join(' ') + because(reason);
}

/** The sentence, without its actor. Holds text from outside: escape it where it is shown. */
export function factInWords({ name: kind, predicate }: LeafFact, name: NameOf): string {
  // The kind chose the wording, which TypeScript cannot see.
  const inWords = IN_WORDS[kind] as (body: LeafFact['predicate'], name: NameOf) => string;
  return inWords(predicate, name);
}
