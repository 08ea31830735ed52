// Write units as DynamoDB counts them: the larger of old and new item in KiB, and each index entry that changed;
// twice that in a transaction. (Developer Guide, "Capacity unit consumption for write operations".)
import type { Answer } from './engine.ts';
import type { PlannedWrite } from './planned-write.ts';
import { writeUnits } from './planned-write.ts';

interface TableUnits {
  table: number;
  readonly global: Map<string, number>;
  readonly local: Map<string, number>;
}

function addTo(units: Map<string, number>, name: string, more: number): void {
  units.set(name, (units.get(name) ?? 0) + more);
}

function addWrite(units: TableUnits, write: PlannedWrite, factor: number): void {
  units.table += factor * Math.max(writeUnits(write.previous), writeUnits(write.next));
  const globals = write.table.description.GlobalSecondaryIndexes ?? [];
  for (const [name, count] of write.indexUnits) {
    const isGlobal = globals.some(({ IndexName }) => IndexName === name);
    addTo(isGlobal ? units.global : units.local, name, factor * count);
  }
}

function byIndex(units: ReadonlyMap<string, number>): Answer {
  return Object.fromEntries([...units].map(([name, count]) => [name, { CapacityUnits: count }]));
}

function consumedOf(name: string, units: TableUnits, isDetailed: boolean): Answer {
  const total = [...units.global.values(), ...units.local.values()].reduce(
    (sum, count) => sum + count,
    units.table,
  );
  if (!isDetailed) return { TableName: name, CapacityUnits: total };
  return {
    TableName: name,
    CapacityUnits: total,
    Table: { CapacityUnits: units.table },
    ...(units.global.size > 0 ? { GlobalSecondaryIndexes: byIndex(units.global) } : {}),
    ...(units.local.size > 0 ? { LocalSecondaryIndexes: byIndex(units.local) } : {}),
  };
}

/** What writes consumed, by table; empty when the request did not ask (`TOTAL` or `INDEXES`). */
export function consumedByWrites(
  asked: string | undefined,
  writes: readonly PlannedWrite[],
  { isTransaction = false }: { readonly isTransaction?: boolean } = {},
): readonly Answer[] {
  if (asked !== 'TOTAL' && asked !== 'INDEXES') return [];
  const tables = new Map<string, TableUnits>();
  for (const write of writes) {
    const name = write.table.description.TableName;
    const units = tables.get(name) ?? { table: 0, global: new Map(), local: new Map() };
    tables.set(name, units);
    addWrite(units, write, isTransaction ? 2 : 1);
  }
  return [...tables].map(([name, units]) => consumedOf(name, units, asked === 'INDEXES'));
}
