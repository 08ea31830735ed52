// The connectors of one installation: several of one kind stand side by side, each for a scope of its own.
import type { Connector } from '../application/ports/connector.ts';
import type { Connectors } from '../application/ports/connectors.ts';
import { InvalidInputError } from '../domain/errors.ts';

/** Puts connectors together. One that does not say its scope is taken to read any. */
export function installedConnectors(connectors: readonly Connector[]): Connectors {
  return {
    all: () => connectors,
    chosen(connectorId, scope) {
      const ofThatId = connectors.filter(({ manifest }) => manifest.id === connectorId);
      const [first, ...others] = ofThatId.filter(
        (connector) => scope === undefined || connector.scope === undefined || connector.scope === scope,
      );
      if (first) return [first, ...others];
      const where = ofThatId.length > 0 ? ` for ${scope}` : '';
      throw new InvalidInputError({
        code: 'UNKNOWN_CONNECTOR',
        message: `No connector "${connectorId}" is installed${where}.`,
      });
    },
  };
}
