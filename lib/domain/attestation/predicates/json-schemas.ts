// The published JSON Schema of every predicate, made from the zod schema that the product itself parses with.
import * as z from 'zod';
import { PREDICATES, type PredicateName, predicateTypeOf } from './registry.ts';

/** What a predicate states, and which file its statement is about. */
interface PredicateText {
  readonly states: string;
  readonly subject: string;
}

/** Every predicate in words; published as each schema's description. */
export const PREDICATE_TEXTS: { readonly [N in PredicateName]: PredicateText } = {
  collection: { states: 'Identities were collected from a system.', subject: 'the collection report' },
  'campaign-opened': {
    states: 'A campaign was opened over a frozen population.',
    subject: 'the population file',
  },
  'campaign-steered': {
    states: 'A campaign was held, resumed, extended or cancelled.',
    subject: 'the population file; before there is one, the definition file',
  },
  'campaign-closed': {
    states: 'A campaign was closed, with sums, findings and what was left unsettled.',
    subject: 'the reconciliation file',
  },
  'management-acknowledged': {
    states: 'A manager who reviewed nothing in the campaign acknowledged its outcome.',
    subject: 'the reconciliation file',
  },
  decision: { states: 'A person decided about an identity.', subject: 'the snapshot they were shown' },
  'no-response': { states: 'Nobody answered in time.', subject: 'the snapshot of the identity' },
  notice: { states: 'One person was told about their docket.', subject: 'the list of snapshots in it' },
  'owner-changed': { states: 'Ownership of an identity changed.', subject: 'the snapshot of the identity' },
  delegation: {
    states: 'A person let another decide for a time.',
    subject: "the list of the docket's snapshots",
  },
  'exception-granted': { states: 'An exception was granted.', subject: 'the snapshot of the identity' },
  'exception-ended': { states: 'An exception ended.', subject: 'the snapshot of the identity' },
  'promise-kept': {
    states: 'A promised change was found made on re-collection.',
    subject: 'the snapshot of the identity',
  },
  'promise-missed': {
    states: 'A promised change was found not made on re-collection.',
    subject: 'the snapshot of the identity',
  },
  removal: {
    states: 'A removal took a step: planned, executed, failed, quarantined, deleted, …',
    subject: 'the snapshot of the identity',
  },
  hold: { states: 'A removal was held, with cause and end.', subject: 'the snapshot of the identity' },
  'hold-released': {
    states: 'A held removal was let go on.',
    subject: 'the snapshot of the identity',
  },
  'cap-lifted': { states: 'A second person lifted a limit on removals.', subject: 'the population file' },
  verification: {
    states: 'A switch-off was looked at again; exactly one level says how well it is known to hold.',
    subject: 'the snapshot of the identity',
  },
  restoration: {
    states: 'The exact state before a switch-off was put back.',
    subject: 'the snapshot of the identity',
  },
  'shadow-verdict': {
    states: 'Enforcement said what it would have done in shadow, and whether the target was used later.',
    subject: 'the snapshot of the identity',
  },
  'brown-out': {
    states: 'A target was switched off for a short while, or back on.',
    subject: 'the snapshot of the identity',
  },
  impact: {
    states: 'Logged use was replayed against a switch-off or a reduction.',
    subject: 'the snapshot of the identity',
  },
  'observation-closed': {
    states: 'Later logs were read over a closed window, looking for use after a switch-off.',
    subject: 'the snapshot of the identity',
  },
  'sample-asked': {
    states: 'A second person was asked to look again at keeps drawn at random.',
    subject: 'the list of their snapshots',
  },
  'sample-answered': {
    states: 'A second person looked again at a keep drawn at random.',
    subject: 'the snapshot of the identity',
  },
  'exposure-reported': {
    states: 'Somebody reported that a secret of the identity was exposed.',
    subject: 'the snapshot of the identity; before there is one, its row of the inventory',
  },
  'definition-changed': {
    states: 'A campaign definition was put into force; author and approver are two people.',
    subject: 'the definition file',
  },
  'mode-changed': {
    states: 'Enforcement was armed, disarmed, stopped or started again.',
    subject: "the definition file; for the global stop, the switch's state",
  },
  'role-granted': {
    states: 'A role in the tool was granted or taken away.',
    subject: 'the roles of everybody as a file, which is not shipped: it names people',
  },
  'tool-changed': { states: 'Another build of the tool runs.', subject: 'the release manifest' },
  'key-transition': {
    states: 'A signing key took over from another; signed by the old one.',
    subject: 'the new public key, DER',
  },
  heartbeat: { states: 'The service was alive.', subject: 'the text of the last checkpoint' },
};

const BASE = 'https://countersign.dev/schemas/';

/** `<name>/v<n>` of a predicate, as its type URI ends and its schema file is named. */
export function schemaNameOf(name: PredicateName): string {
  return predicateTypeOf(name).split('/').slice(-2).join('/');
}

/** JSON Schema (draft 2020-12) of a predicate's body. Closed: a key it does not name is refused. */
export function predicateJsonSchema(name: PredicateName): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(PREDICATES[name], { target: 'draft-2020-12' });
  const { states, subject } = PREDICATE_TEXTS[name];
  return {
    $schema,
    $id: `${BASE}${schemaNameOf(name)}.json`,
    title: predicateTypeOf(name),
    description: `${states} Subject of the statement: ${subject}.`,
    ...rest,
  };
}

/** The published files: path under `docs/schemas` → text. The same code gives the same bytes. */
export function predicateSchemaFiles(): ReadonlyMap<string, string> {
  const names = (Object.keys(PREDICATES) as PredicateName[]).toSorted();
  return new Map(
    names.map((name) => [
      `${schemaNameOf(name)}.json`,
      `${JSON.stringify(predicateJsonSchema(name), null, 2)}\n`,
    ]),
  );
}
