import { type ConnectorScene, describeConnector } from '../../contracts/connector-contract.ts';
import { JSON_ANSWERS, startFaultProxy } from '../../support/fault-proxy.ts';
import { KEYS } from '../aws/stand-in.ts';
import { start, VALUE } from './account.ts';

const share = {
  Sid: 'Share',
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::210987654321:root' },
  Action: 'secretsmanager:GetSecretValue',
  Resource: '*',
};
const deny = { Effect: 'Deny', Principal: '*', Action: 'secretsmanager:GetSecretValue', Resource: '*' };
const policyOf = (...statements: object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2);

/** States a secret may be found in: its policy, and whether its deletion is scheduled. */
const STATES: readonly (readonly [policy: string | undefined, deletedAt?: number])[] = [
  [undefined],
  [policyOf(share)],
  [policyOf(share, { ...deny, Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
  [policyOf({ ...deny, Sid: 'SomebodyElse' }, share)],
  [policyOf(share, { ...deny, Sid: 'CountersignDisabled' })],
  [policyOf({ ...deny, Sid: 'CountersignDisabled', Effect: 'Allow' })],
  [undefined, 1_800_000_000],
  [policyOf(share), 1_800_000_000],
];

const sceneOf = (name: string) => async (): Promise<ConnectorScene> => {
  const running = await start([
    { name: 'plain' },
    { name: 'shared/with-policy', policy: policyOf(share) },
    { name: 'replicated', replicas: ['eu-west-1'] },
  ]);
  const proxy = await startFaultProxy(running.standIn.endpoint, JSON_ANSWERS);
  return {
    connector: running.make({ endpoint: proxy.endpoint }),
    now: running.now,
    choose(identities) {
      const found = identities.find((identity) => identity.name === name);
      if (!found) throw new Error(`no ${name}`);
      return found;
    },
    vanish: () => void running.kept.splice(0),
    state: async () => running.kept.map(({ Name, deletedAt, policy }) => ({ Name, deletedAt, policy })),
    vary(seed) {
      const [policy, deletedAt] = STATES[seed % STATES.length] ?? [];
      Object.assign(running.secret(name), { policy, deletedAt });
    },
    faults: proxy,
    secrets: () => [VALUE, KEYS.secretAccessKey],
    notes: () => running.notes,
    async close() {
      await proxy.close();
      await running.standIn.close();
    },
  };
};

const ALL = { faults: true, throttling: true };

describeConnector('aws-secrets-manager (a secret without a policy)', sceneOf('plain'), ALL);
describeConnector('aws-secrets-manager (a secret with one)', sceneOf('shared/with-policy'), ALL);
// Its deletion is refused, so no call of one can be interrupted.
describeConnector('aws-secrets-manager (a secret with a replica)', sceneOf('replicated'), {
  throttling: true,
});
