// Removals as a table: how far each is, how well it is known to hold, what comes next.
import type { Removal, RemovalState } from '../../domain/removal/removal.ts';
import { heading, type Look } from './look.ts';
import { tableOf } from './table.ts';

/** Removals as a table; a line when there are none. */
export function removalsText(removals: readonly Removal[], look: Look): string {
  const title = removals.length === 0 ? 'Removals: none' : `Removals: ${removals.length}`;
  return `${heading(look, title)}${tableOf(
    [
      { title: 'REMOVAL' },
      { title: 'NAME', flexible: true },
      { title: 'CREDENTIAL' },
      { title: 'STATE' },
      { title: 'VERIFIED' },
      { title: 'WHY' },
      { title: 'NEXT', flexible: true },
    ],
    removals.map((removal) => [
      removal.removalId,
      removal.name,
      removal.credentialId ?? 'all',
      removal.driftedAt === undefined ? removal.state : `${removal.state}, drifted`,
      removal.executedAt === undefined ? '' : (removal.verification?.level ?? 'unchecked'),
      removal.cause,
      NEXT[removal.state](removal),
    ]),
    { width: look.width, heading: look.paint.dim },
  )}`;
}

const nothing = () => '';
const restorable = ({ quarantineUntil }: Removal) =>
  quarantineUntil === undefined ? 'restorable' : `restorable until ${minute(quarantineUntil)}`;

const NEXT: Readonly<Record<RemovalState, (removal: Removal) => string>> = {
  planned: ({ executeAfter }) => `switched off from ${minute(executeAfter)}`,
  held: ({ holds }) => `held until ${minute(holds.at(-1)?.holdUntil)}: ${holds.at(-1)?.cause ?? ''}`,
  'brown-out': ({ brownOuts = [] }) => {
    const { offAt, onAt, minutes = 0 } = brownOuts.at(-1) ?? {};
    return onAt === undefined
      ? `off since ${minute(offAt)} for ${minutes} minutes, as a test`
      : `on again since ${minute(onAt)}; its log is waited for`;
  },
  executing: nothing,
  'manual-open': ({ ownerId }) => `a person has to do it (${ownerId})`,
  executed: restorable,
  quarantined: restorable,
  deleted: nothing,
  restored: ({ restoredAt }) => `back since ${minute(restoredAt)}`,
  cancelled: nothing,
  failed: ({ failure = '' }) => failure,
  vanished: nothing,
};

function minute(at: string | undefined): string {
  return at?.slice(0, 16).replace('T', ' ') ?? '';
}
