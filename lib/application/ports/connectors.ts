import type { Connector } from './connector.ts';

/** The connectors configured in this installation. */
export interface Connectors {
  all(): readonly Connector[];
  /**
   * Those of an id: with a scope, the ones that read it; without, all of them. Never empty.
   * @throws InvalidInputError UNKNOWN_CONNECTOR when none is configured
   */
  chosen(connectorId: string, scope: string | undefined): readonly [Connector, ...Connector[]];
}
