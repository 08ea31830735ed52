// What every system that identities live in must offer. One folder per system, same file names, one registry line.
import type * as z from 'zod';
import type { Clock } from '../application/ports/clock.ts';
import type { Connector, ConnectorManifest } from '../application/ports/connector.ts';

/** What a connector is given when it is made. */
export interface ConnectorContext {
  readonly clock: Clock;
  /** Tells people that something noteworthy but harmless happened (one line, no secrets). */
  readonly note: (message: string) => void;
  /** Where collection inputs are kept as they came (evidence pack `raw/`), a chunk at a time. Absent: not kept. */
  readonly keepRaw?: ((name: string, chunk: Uint8Array) => void) | undefined;
  /**
   * Reads a secret by the name a setting has for it: an ARN where it is deployed, `env:NAME` on this machine. Absent:
   * there are no secrets here, and a connector that needs one refuses.
   * @throws InvalidInputError BAD_SETTING when there is no such secret; UpstreamError
   */
  readonly secret?: ((name: string) => Promise<string>) | undefined;
}

/** A connector as registered: its manifest, its settings' schema and how to make one. */
export interface ConnectorModule<Settings> {
  readonly manifest: ConnectorManifest;
  readonly settings: z.ZodType<Settings>;
  /** Makes the connector. No call to the provider happens before a method is used. */
  create(settings: Settings, context: ConnectorContext): Connector;
}
