// A deployed installation in memory: the real handlers over a sealed world, what they start kept until it is let run.
import { readFile } from 'node:fs/promises';
import { createMemoryHistoryIndex } from '../../lib/adapters/memory/ledger-history-index.ts';
import { indexHistory } from '../../lib/application/ledger/index-history.ts';
import type { PackShelf } from '../../lib/application/ports/pack-shelf.ts';
import type { DefinitionInput } from '../../lib/domain/campaign/definition.ts';
import type { Identity } from '../../lib/domain/identity/identity.ts';
import type { Person } from '../../lib/domain/review/person.ts';
import type { ExportEvent, InstallationCommand } from '../../lib/runtime/control/installation-protocol.ts';
import type { OpeningInput } from '../../lib/runtime/control/on-installation.ts';
import { createHandler as createExport } from '../../lib/runtime/handlers/export-evidence.ts';
import {
  createHandler as createServe,
  type ServeControlDeps,
} from '../../lib/runtime/handlers/serve-control.ts';
import { jsonLog } from '../../lib/runtime/log.ts';
import { sealedWorld } from './evidence/sealed-world.ts';
import { DEFINITION, MONDAY, PEOPLE, person } from './world.ts';

/** The principal somebody signs with: a session of the role that IAM Identity Center made. */
export const arnOf = (personId: string): string =>
  `arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Reviews_0123456789abcdef/${personId}@acme.example`;

/** The people of the test organisation, each with a principal; an admin and an auditor besides. */
export const SIGNING_PEOPLE: readonly Person[] = [
  ...PEOPLE,
  person('ida', { roles: ['owner', 'admin'] }),
  person('otto', { roles: ['owner', 'auditor'] }),
].map((each) => ({ ...each, awsPrincipals: [arnOf(each.personId)] }));

/** The definition of the test organisation, as a file holds it. */
export const definitionText = (more: object = {}) => ({
  where: 'review.yaml',
  value: { ...DEFINITION, ...more },
});

/** A shelf in memory. Links name the file; somebody has to serve them. */
export function memoryShelf(linkBase = 'https://packs.example') {
  const texts = new Map<string, string>();
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const shelf: PackShelf = {
    putFile: async (name, path) => void files.set(name, new Uint8Array(await readFile(path))),
    putText: async (name, text) => void texts.set(name, text),
    readText: async (name) => texts.get(name),
    link: async (name, seconds) => `${linkBase}/${name}?seconds=${seconds}`,
  };
  return { ...shelf, texts, files };
}

/** An event as API Gateway sends it to a function behind an IAM authorizer (HTTP API, payload format 2.0). */
export function gatewayEvent(
  userArn: string,
  body: string,
  more: { readonly base64?: boolean; readonly headers?: Readonly<Record<string, string>> } = {},
) {
  const accountId = userArn.split(':')[4] ?? '';
  return {
    version: '2.0',
    routeKey: 'POST /control',
    rawPath: '/control',
    rawQueryString: '',
    headers: {
      accept: '*/*',
      'accept-encoding': 'gzip, deflate',
      'content-length': String(Buffer.byteLength(body)),
      'content-type': 'application/json',
      host: 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
      'user-agent': 'node',
      'x-amz-date': '20260907T080000Z',
      'x-amzn-trace-id': 'Root=1-66dc0000-0123456789abcdef01234567',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      ...more.headers,
    },
    requestContext: {
      accountId,
      apiId: 'a1b2c3d4e5',
      authorizer: {
        iam: {
          accessKey: 'ASIAEXAMPLEEXAMPLE01',
          accountId,
          callerId: 'AROAEXAMPLEEXAMPLE001:session',
          cognitoIdentity: null,
          principalOrgId: 'o-exampleorg',
          userArn,
          userId: 'AROAEXAMPLEEXAMPLE001:session',
        },
      },
      domainName: 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
      domainPrefix: 'a1b2c3d4e5',
      http: {
        method: 'POST',
        path: '/control',
        protocol: 'HTTP/1.1',
        sourceIp: '203.0.113.7',
        userAgent: 'node',
      },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: 'POST /control',
      stage: '$default',
      time: '07/Sep/2026:08:00:00 +0000',
      timeEpoch: Date.parse(MONDAY),
    },
    body: more.base64 === true ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded: more.base64 === true,
  };
}

/** The installation of one test. */
export type TestInstallation = Awaited<ReturnType<typeof installation>>;

/** Makes an installation over these identities. */
export async function installation(options: {
  readonly identities: readonly Identity[];
  readonly people?: readonly Person[];
  readonly definition?: Partial<DefinitionInput>;
  readonly linkBase?: string;
}) {
  const w = await sealedWorld({
    identities: options.identities,
    people: options.people ?? SIGNING_PEOPLE,
    ...(options.definition ? { definition: options.definition } : {}),
  });
  const { environment, ledger } = w;
  const history = createMemoryHistoryIndex();
  const index = indexHistory({ store: environment.store, ledger, clock: w.clock, history });
  const logged: string[] = [];
  const log = jsonLog((line) => void logged.push(line), w.clock.now);
  const shelf = memoryShelf(options.linkBase);
  const started = {
    openings: [] as OpeningInput[],
    collections: [] as { readonly connector?: string }[],
    exports: [] as ExportEvent[],
  };
  const deps: ServeControlDeps = {
    environment,
    useCases: w,
    ledger: {
      history,
      ledger,
      tend: async () => {
        await w.sealAll();
        await index();
      },
    },
    roles: environment,
    startOpening: async (input) => {
      started.openings.push(input);
      return `arn:aws:states:eu-central-1:123456789012:execution:opening:${started.openings.length}`;
    },
    startCollecting: async (event) => void started.collections.push(event),
    startExport: async (event) => void started.exports.push(event),
    packs: shelf,
    log,
  };
  const exportPack = createExport({
    environment,
    store: environment.store,
    ledger,
    witnessKeys: [w.witnessKey],
    packs: shelf,
    log,
  });
  const handle = createServe(deps);
  return {
    ...w,
    deps,
    shelf,
    started,
    logged,
    exportPack,
    handle,
    open: () => w.open(),
    /** Asks as somebody, as the command does. */
    async ask(personId: string, command: InstallationCommand, requestId: string = crypto.randomUUID()) {
      const answer = await handle(gatewayEvent(arnOf(personId), JSON.stringify({ requestId, command })));
      const line = JSON.parse(answer.body) as { result?: unknown; error?: { code: string; message: string } };
      return { status: answer.statusCode, ...line };
    },
    /** Lets run what was started, as functions and machines of their own would. */
    async runStarted() {
      for (const input of started.openings.splice(0)) await w.openCampaign(input);
      for (const { connector } of started.collections.splice(0)) await w.collect(connector);
      for (const event of started.exports.splice(0)) await exportPack(event);
    },
  };
}
