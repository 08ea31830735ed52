import { type ConnectorScene, describeConnector } from '../../contracts/connector-contract.ts';
import { JSON_ANSWERS, startFaultProxy } from '../../support/fault-proxy.ts';
import { KEYS } from '../aws/stand-in.ts';
import { idOf, start } from './account.ts';

const sceneOf = (name: string) => async (): Promise<ConnectorScene> => {
  const running = await start();
  const { things } = running;
  running.addProfile(1, { roleArns: ['arn:aws:iam::123456789012:role/build'], durationSeconds: 900 });
  running.addProfile(2);
  running.addAnchor(3);
  running.addAnchor(4);
  running.addSubject(5, { credentials: [{ serialNumber: '1', enabled: true }] });
  const proxy = await startFaultProxy(running.standIn.endpoint, JSON_ANSWERS);
  const chosen = things.profiles.get(idOf(1));
  const anchor = things.anchors.get(idOf(3));
  return {
    connector: running.make({ endpoint: proxy.endpoint }),
    now: running.now,
    choose(identities) {
      const found = identities.find((identity) => identity.name === name);
      if (!found) throw new Error(`no ${name}`);
      return found;
    },
    vanish() {
      for (const all of [things.profiles, things.anchors, things.subjects]) all.clear();
    },
    state: async () => [...things.profiles.values(), ...things.anchors.values(), ...things.subjects.values()],
    vary(seed) {
      Object.assign(chosen ?? {}, { enabled: seed % 2 === 0 });
      Object.assign(anchor ?? {}, { enabled: seed % 3 === 0 });
    },
    ...(name !== 'CN=workload-5' && { faults: proxy }),
    secrets: () => [KEYS.secretAccessKey],
    notes: () => running.notes,
    async close() {
      await proxy.close();
      await running.standIn.close();
    },
  };
};

const ALL = { faults: true, throttling: true };

describeConnector('aws-rolesanywhere (a profile)', sceneOf('profile-1'), ALL);
describeConnector('aws-rolesanywhere (a trust anchor)', sceneOf('anchor-3'), ALL);
describeConnector('aws-rolesanywhere (a subject, which is a task)', sceneOf('CN=workload-5'));
