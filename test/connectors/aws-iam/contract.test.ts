import { IAMClient } from '@aws-sdk/client-iam';
import type { AccountSeedInput } from '../../../lib/local/iam/account-seed.ts';
import { type ConnectorScene, describeConnector } from '../../contracts/connector-contract.ts';
import { type FaultProxy, QUERY_ANSWERS, startFaultProxy } from '../../support/fault-proxy.ts';
import { ACCOUNT, type Running, start } from './account.ts';
import { roleTruth, userTruth, varyRole, varyUser } from './iam-truth.ts';

const MADE = '2024-01-01T00:00:00Z';

/** A user that has two of everything, and one credential that is past its end. */
const RICH: AccountSeedInput = {
  ...ACCOUNT,
  users: [
    ...(ACCOUNT.users ?? []),
    {
      userName: 'rich',
      path: '/ci/',
      createdAt: MADE,
      keys: [
        { slot: 1, createdAt: MADE, lastUse: { state: 'used', at: '2026-02-28T10:00:00Z' } },
        { slot: 2, createdAt: '2025-01-01T00:00:00Z', lastUse: { state: 'never' } },
      ],
      certificates: [
        { slot: 1, uploadedAt: MADE },
        { slot: 2, uploadedAt: '2025-01-01T00:00:00Z' },
      ],
      serviceCredentials: [
        { serviceName: 'codecommit.amazonaws.com', createdAt: MADE },
        {
          serviceName: 'bedrock.amazonaws.com',
          createdAt: MADE,
          expiresAt: '2025-01-01T00:00:00Z',
          status: 'Expired',
        },
      ],
      sshKeys: [{ uploadedAt: MADE }, { uploadedAt: '2025-01-01T00:00:00Z', status: 'Inactive' }],
    },
  ],
};

/** Accounts started in the middle of a test. */
const others: Running[] = [];

interface Chosen {
  readonly nativeId: string;
  /** Whose key we are entrusted with the secret of. */
  readonly canaryOf?: string;
  truth(iam: IAMClient): Promise<unknown>;
  vary(iam: IAMClient, seed: number): Promise<void>;
  gone(running: Running, proxy: FaultProxy): Promise<void> | void;
}

const sceneOf =
  ({ nativeId, canaryOf, truth, vary, gone }: Chosen) =>
  async (): Promise<ConnectorScene> => {
    const running = await start(RICH);
    const { iam, notes } = running;
    const proxy = await startFaultProxy(iam.endpoint, QUERY_ANSWERS);
    const entrusted = canaryOf === undefined ? [] : iam.keysOf(canaryOf);
    const canaries = Object.fromEntries(entrusted.map(({ accessKeyId: id }) => [id, id]));
    const direct = new IAMClient({
      endpoint: iam.endpoint,
      region: 'us-east-1',
      credentials: iam.operatorCredentials,
    });
    return {
      connector: running.make({ endpoint: proxy.endpoint, canaries }, async (id) => iam.secretOf(id)),
      now: running.now,
      choose(identities) {
        const found = identities.find((identity) => identity.nativeId === nativeId);
        if (!found) throw new Error(`no ${nativeId}`);
        return found;
      },
      vanish: () => gone(running, proxy),
      state: () => truth(direct),
      vary: (seed) => vary(direct, seed),
      faults: proxy,
      secrets: () => [
        iam.operatorCredentials.secretAccessKey,
        iam.operatorCredentials.sessionToken,
        ...['rich', 'bob'].flatMap((name) =>
          iam.keysOf(name).map(({ accessKeyId }) => iam.secretOf(accessKeyId)),
        ),
      ],
      notes: () => notes,
      async close() {
        direct.destroy();
        await proxy.close();
        await Promise.all([iam.close(), ...others.splice(0).map((each) => each.iam.close())]);
      },
    };
  };

const ALL = { faults: true, throttling: true };

describeConnector(
  'aws-iam (a console-less user)',
  sceneOf({
    nativeId: 'user/ci/rich',
    truth: (iam) => userTruth(iam, 'rich'),
    vary: (iam, seed) => varyUser(iam, 'rich', seed, 'CountersignSessionsRevoked'),
    gone: ({ iam }) => iam.deleteUser('rich'),
  }),
  ALL,
);
describeConnector(
  'aws-iam (a person’s key)',
  sceneOf({
    nativeId: 'user/bob#access-key-1',
    truth: (iam) => userTruth(iam, 'bob'),
    vary: (iam, seed) => varyUser(iam, 'bob', seed, 'of-somebody-else'),
    gone: ({ iam }) => iam.deleteUser('bob'),
  }),
  ALL,
);
describeConnector(
  'aws-iam (a person’s key whose secret we are entrusted with)',
  sceneOf({
    nativeId: 'user/bob#access-key-1',
    canaryOf: 'bob',
    truth: (iam) => userTruth(iam, 'bob'),
    vary: (iam, seed) => varyUser(iam, 'bob', seed, 'of-somebody-else'),
    gone: ({ iam }) => iam.deleteUser('bob'),
  }),
  ALL,
);
describeConnector(
  'aws-iam (a role)',
  sceneOf({
    nativeId: 'role/apps/batch',
    truth: (iam) => roleTruth(iam, 'batch'),
    vary: (iam, seed) => varyRole(iam, 'batch', seed, 'CountersignDisabled'),
    async gone(_running, proxy) {
      const without = await start({
        ...RICH,
        roles: (RICH.roles ?? []).filter(({ roleName }) => roleName !== 'batch'),
      });
      others.push(without);
      proxy.pointAt(without.iam.endpoint);
    },
  }),
  ALL,
);
