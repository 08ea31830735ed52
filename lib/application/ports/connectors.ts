import type { Connector } from './connector.ts';

/** The connectors configured in this installation. */
export interface Connectors {
  all(): readonly Connector[];
  /** @throws InvalidInputError UNKNOWN_CONNECTOR when none of that id is configured. */
  byId(connectorId: string): Connector;
}
