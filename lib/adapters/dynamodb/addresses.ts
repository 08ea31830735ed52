// Where every row of the `reviews` table lives. No partition collects a whole campaign: one takes 1,000 writes a second.
//
//   ID#<identityKey>              ITEM#<campaign> · RM#<removal> · EX#<exception> · PR#<promise> · EV#<event> · NOW
//   C#<campaign>#O#<reviewer>#<0..3>   <100 − risk>#<identityKey>        open items, worst first (pointer)
//   C#<campaign>#DK#<0..15>            <reviewer>                        dockets
//   C#<campaign>#RM#<0..15>            <identityKey>#<removal>           removals of a campaign (pointer)
//   C#<campaign>#OP                 <batch, eight digits>            batches of a population being written
//   P#<person>                    NOTICE#<notice> · DESK · DOCKET#<createdAt>#<campaign> · NT#<claimedAt>#<notice>
//                                 GIVEN#<delegation> · GOT#<person>#<delegation> (pointer)
//                                 ASK#<claimedAt>#<notice>           notices that ask for their word (pointer)
//                                 ACT#<handledAt>#<message>          what they did (pointer)
//   NP#<channel>#<provider id>    -                                      notice by provider id (pointer)
//   INBOX#<0..15>                 <receivedAt>#<attestation>
//   CAMPAIGNS, INVENTORIES, DEFINITIONS                                  small lists
//   LINK#… CODE#… COUNTER#… SWITCH#… ATT#… HANDLED#… LEDGER#… ASKED#… SEEN#… SLACK#…   -         looked up by exact key
//   DUE#<0..15>                   ! (watermark) · <yyyymmdd> (days that have work)
import type { RecordKeys, RecordKind } from '../../application/ports/records.ts';
import { shardOf } from '../records/record-keys.ts';

/** A row's primary key. */
export interface Address {
  readonly pk: string;
  readonly sk: string;
}

/** A fallback reviewer may get most of a campaign: four partitions take 4,000 writes a second, and cost four reads a page. */
export const OPEN_ITEM_SHARDS = 4;
/** Partitions a campaign's dockets, and its removals, are spread over. */
export const CAMPAIGN_SHARDS = 16;

/** Sort key of rows that are alone in their partition. */
export const ALONE = '-';

type AddressOf<K extends RecordKind> = (key: RecordKeys[K], inboxShards: number) => Address;

const alone = (pk: string): Address => ({ pk, sk: ALONE });

const ADDRESSES: { readonly [K in RecordKind]: AddressOf<K> } = {
  campaign: ({ campaignId }) => ({ pk: 'CAMPAIGNS', sk: campaignId }),
  item: ({ campaignId, identityKey }) => ({ pk: `ID#${identityKey}`, sk: `ITEM#${campaignId}` }),
  docket: ({ campaignId, reviewerId }) => ({
    pk: docketPartition(campaignId, shardOf(reviewerId, CAMPAIGN_SHARDS)),
    sk: reviewerId,
  }),
  notice: ({ personId, noticeId }) => ({ pk: `P#${personId}`, sk: `NOTICE#${noticeId}` }),
  removal: ({ identityKey, removalId }) => ({ pk: `ID#${identityKey}`, sk: `RM#${removalId}` }),
  exception: ({ identityKey, exceptionId }) => ({ pk: `ID#${identityKey}`, sk: `EX#${exceptionId}` }),
  promise: ({ identityKey, promiseId }) => ({ pk: `ID#${identityKey}`, sk: `PR#${promiseId}` }),
  identity: ({ identityKey }) => ({ pk: `ID#${identityKey}`, sk: 'NOW' }),
  inventory: ({ connector, scope }) => ({ pk: 'INVENTORIES', sk: `${connector}#${scope}` }),
  definition: ({ definitionId }) => ({ pk: 'DEFINITIONS', sk: definitionId }),
  desk: ({ personId }) => ({ pk: `P#${personId}`, sk: 'DESK' }),
  link: ({ tokenDigest }) => alone(`LINK#${tokenDigest}`),
  code: ({ codeId }) => alone(`CODE#${codeId}`),
  counter: ({ counterId }) => alone(`COUNTER#${counterId}`),
  switch: ({ switchId }) => alone(`SWITCH#${switchId}`),
  'role-book': ({ bookId }) => alone(`ROLES#${bookId}`),
  attested: ({ attestationId }) => alone(`ATT#${attestationId}`),
  inbox: ({ receivedAt, attestationId }, inboxShards) => ({
    pk: `INBOX#${shardOf(attestationId, inboxShards)}`,
    sk: `${receivedAt}#${attestationId}`,
  }),
  'ledger-pointer': ({ pointer }) => alone(`LEDGER#${pointer}`),
  handled: ({ messageId }) => alone(`HANDLED#${messageId}`),
  // Two writes a batch of hundreds of items: one partition takes them.
  'opening-part': ({ campaignId, batch }) => ({
    pk: `C#${campaignId}#OP`,
    sk: String(batch).padStart(8, '0'),
  }),
  'act-request': ({ requestId }) => alone(`ASKED#${requestId}`),
  delegation: ({ from, delegationId }) => ({ pk: `P#${from}`, sk: `GIVEN#${delegationId}` }),
  'directory-seen': ({ name }) => alone(`SEEN#${name}`),
  'slack-members': ({ teamId }) => alone(`SLACK#${teamId}`),
  event: ({ identityKey, eventId }) => ({ pk: `ID#${identityKey}`, sk: `EV#${eventId}` }),
};

/** Where the record of that key lives. */
export function addressOf<K extends RecordKind>(kind: K, key: RecordKeys[K], inboxShards: number): Address {
  return ADDRESSES[kind](key, inboxShards);
}

/** Partition of a campaign's dockets in one shard. */
export function docketPartition(campaignId: string, shard: number): string {
  return `C#${campaignId}#DK#${shard}`;
}

/** Partition of pointers to a campaign's removals in one shard. */
export function removalPartition(campaignId: string, shard: number): string {
  return `C#${campaignId}#RM#${shard}`;
}

/** Partition of pointers to a reviewer's open items in one shard. */
export function openItemPartition(campaignId: string, reviewerId: string, shard: number): string {
  return `C#${campaignId}#O#${reviewerId}#${shard}`;
}

/** Partition of a notice's pointer by provider id. */
export function providerPartition(channel: string, providerId: string): string {
  return `NP#${channel}#${providerId}`;
}

const BY_IDENTITY: readonly (readonly [string, RecordKind])[] = [
  ['ITEM#', 'item'],
  ['RM#', 'removal'],
  ['EX#', 'exception'],
  ['PR#', 'promise'],
  ['EV#', 'event'],
  ['NOW', 'identity'],
];
const BY_PERSON: readonly (readonly [string, RecordKind])[] = [
  ['NOTICE#', 'notice'],
  ['DESK', 'desk'],
  ['GIVEN#', 'delegation'],
];
const BY_PARTITION: readonly (readonly [string, RecordKind])[] = [
  ['CAMPAIGNS', 'campaign'],
  ['INVENTORIES', 'inventory'],
  ['DEFINITIONS', 'definition'],
  ['LINK#', 'link'],
  ['CODE#', 'code'],
  ['COUNTER#', 'counter'],
  ['SWITCH#', 'switch'],
  ['ROLES#', 'role-book'],
  ['ATT#', 'attested'],
  ['INBOX#', 'inbox'],
  ['LEDGER#', 'ledger-pointer'],
  ['HANDLED#', 'handled'],
  ['ASKED#', 'act-request'],
  ['SEEN#', 'directory-seen'],
  ['SLACK#', 'slack-members'],
];

/** The kind of record at an address; undefined for pointers, markers and watermarks. */
export function kindAt({ pk, sk }: Address): RecordKind | undefined {
  if (pk.startsWith('ID#')) return kindByPrefix(BY_IDENTITY, sk);
  if (pk.startsWith('P#')) return kindByPrefix(BY_PERSON, sk);
  if (!pk.startsWith('C#')) return kindByPrefix(BY_PARTITION, pk);
  if (/^C#[^#]+#OP$/.test(pk)) return 'opening-part';
  return /^C#[^#]+#DK#\d+$/.test(pk) ? 'docket' : undefined;
}

function kindByPrefix(
  prefixes: readonly (readonly [string, RecordKind])[],
  text: string,
): RecordKind | undefined {
  return prefixes.find(([prefix]) => text.startsWith(prefix))?.[1];
}
