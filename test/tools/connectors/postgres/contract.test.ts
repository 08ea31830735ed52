import { afterAll, beforeAll } from 'vitest';
import { type ConnectorScene, describeConnector } from '../../../contracts/connector-contract.ts';
import { startFaultProxy } from '../../../support/postgres/fault-proxy.ts';
import { connectorFor, makeOwnRole, OWN, PASSWORD, truthOf } from '../../../support/postgres/scene.ts';
import { type PostgresServer, startPostgres } from '../../../support/postgres/start-postgres.ts';

let server: PostgresServer;
let made = 0;

beforeAll(async () => {
  server = await startPostgres();
  await makeOwnRole(server);
});

afterAll(async () => {
  await server.stop();
});

/** Other states a login role may be found in. */
const VARIATIONS = [
  "valid until 'infinity' connection limit -1",
  "valid until '2027-01-01 00:00:00.123456+00'",
  "valid until '2020-01-01 00:00:00+00'",
  'connection limit 0',
  'connection limit 7',
  "valid until '-infinity' connection limit 1",
  'noinherit createdb bypassrls',
  "valid until '0044-03-15 00:00:00+00 BC'",
];

describeConnector(
  'postgres',
  async () => {
    made += 1;
    const name = `svc_${made}`;
    await server.admin(`create role ${name} login password '${PASSWORD}' connection limit 20`);
    await server.admin(`alter role ${name} set work_mem = '8MB'`);
    const proxy = await startFaultProxy(server.port);
    const { connector, notes, now } = connectorFor(proxy.port, { retryBudget: 0 });
    return {
      connector,
      now,
      choose: (identities) => identities.find((identity) => identity.name === name)!,
      vanish: async () => void (await server.admin(`drop role ${name}`)),
      state: () => truthOf(server, name),
      vary: async (seed) =>
        void (await server.admin(`alter role ${name} ${VARIATIONS[seed % VARIATIONS.length] ?? ''}`)),
      faults: proxy,
      secrets: () => [OWN.password, PASSWORD],
      notes: () => notes,
      close: async () => {
        await proxy.close();
        await server.admin(`drop role if exists ${name}`);
      },
    } satisfies ConnectorScene;
  },
  { faults: true, throttling: true },
);
