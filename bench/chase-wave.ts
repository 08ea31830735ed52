// The first wave of a large campaign: what everybody is asked on the opening day, against asking item by item.
import type { BenchResult } from './run.ts';
import { askItemByItem } from './support/wave-peer.ts';
import { ITEMS_AN_OWNER, startWave } from './support/wave-scene.ts';

/** Calls and reads of one side. */
interface Side {
  readonly items: number;
  /** Slack's Web API and SES: opening conversations, posting, looking people up, mailing. */
  readonly providerCalls: number;
  readonly readRequests: number;
  readonly rowsRead: number;
  readonly filesRead: number;
  readonly commits: number;
}

/** Figures for both sides, each for one item. */
interface WaveResult extends BenchResult {
  readonly owners: number;
  readonly measured: { readonly ours: Side; readonly peer: Side };
  /** How many of the items the other side was measured with; its figures grow in step with them, and are scaled. */
  readonly peerItems: number;
  readonly reads: Readonly<
    Record<
      'storeRequests' | 'rowsRead',
      { ours: number; peer: number; ratio: number; goal: number; met: boolean }
    >
  >;
  /** Hours of virtual time from the first message to the last. */
  readonly waveHours: number;
}

const CALLS_GOAL = 15;
const READS_GOAL = 100;
/** Items the other side is measured with: each costs it the same. */
const PEER_ITEMS = 20_000;

/** Unit is items asked about with one call to a provider. */
export async function run({ size = 1_000_000 }: { readonly size?: number }): Promise<WaveResult> {
  const owners = Math.max(1, Math.round(size / ITEMS_AN_OWNER));
  const wave = await startWave(owners);
  const waveHours = await wave.chaseAll();
  const ours: Side = { items: owners * ITEMS_AN_OWNER, ...wave.counted() };
  const peerOwners = Math.min(owners, Math.ceil(PEER_ITEMS / ITEMS_AN_OWNER));
  const scene = await startWave(peerOwners);
  await askItemByItem(scene);
  const peer: Side = { items: peerOwners * ITEMS_AN_OWNER, ...scene.counted() };
  const perCall = (side: Side) => side.items / side.providerCalls;
  return {
    name: 'chase-wave',
    ours: perCall(ours),
    peer: perCall(peer),
    ratio: perCall(ours) / perCall(peer),
    goal: CALLS_GOAL,
    unit: 'items/provider call',
    owners,
    measured: { ours, peer },
    peerItems: peer.items,
    reads: {
      storeRequests: reads(ours, peer, 'readRequests'),
      rowsRead: reads(ours, peer, 'rowsRead'),
    },
    waveHours,
  };
}

/** Reads for a thousand items, of either side; the ratio is how many times fewer. */
function reads(ours: Side, peer: Side, what: 'readRequests' | 'rowsRead') {
  const perThousand = (side: Side) => (side[what] / side.items) * 1000;
  const ratio = perThousand(peer) / perThousand(ours);
  return {
    ours: perThousand(ours),
    peer: perThousand(peer),
    ratio,
    goal: READS_GOAL,
    met: ratio >= READS_GOAL,
  };
}
