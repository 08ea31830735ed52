import { type ConnectorScene, describeConnector } from '../../contracts/connector-contract.ts';
import { start } from './account.ts';

const sceneOf = (nativeId: string, gone: (scene: Awaited<ReturnType<typeof start>>) => void) => async () => {
  const running = await start();
  return {
    connector: running.connector,
    now: running.now,
    choose(identities) {
      const found = identities.find((identity) => identity.nativeId === nativeId);
      if (!found) throw new Error(`no ${nativeId}`);
      return found;
    },
    vanish: () => gone(running),
    close: () => running.iam.close(),
  } satisfies ConnectorScene;
};

describeConnector(
  'aws-iam (a console-less user)',
  sceneOf('user/ci/deploy', ({ iam }) => iam.deleteUser('deploy')),
);
describeConnector(
  'aws-iam (a person’s key)',
  sceneOf('user/bob#access-key-1', ({ iam }) => iam.deleteUser('bob')),
);
