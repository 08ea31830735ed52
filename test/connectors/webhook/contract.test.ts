import { describeConnector } from '../../contracts/connector-contract.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { SECRET, startAutomation } from './automation.ts';
import { NOW, webhookOver } from './scene.ts';

const plain = (status: number) => ({ status, contentType: 'text/plain', body: 'password=from-the-gateway' });

describeConnector(
  'webhook',
  async () => {
    const automation = await startAutomation();
    for (const name of ['ci-deploy', 'billing', 'reports']) {
      automation.add(name, { grants: ['read', name], keys: { first: true, second: true } });
    }
    const proxy = await startFaultProxy(new URL(automation.url).origin, {
      failed: plain(502),
      throttled: plain(429),
    });
    const notes: string[] = [];
    return {
      connector: webhookOver(`${proxy.endpoint}/countersign`, {}, { notes }),
      now: () => NOW,
      choose: (identities) => identities.find(({ nativeId }) => nativeId === 'billing')!,
      vanish: () => {
        automation.accounts.delete('billing');
      },
      // Everything but how often it was changed, which differs between two equal acts.
      state: async () => ({ ...automation.accounts.get('billing'), changes: undefined }),
      vary: (seed) =>
        automation.add('billing', {
          enabled: seed % 3 !== 0,
          grants: ['read', 'write', 'admin'].slice(0, seed % 4),
          keys: { first: seed % 2 === 0, second: seed > 4 },
        }),
      faults: proxy,
      secrets: () => [SECRET],
      notes: () => notes,
      async close() {
        await proxy.close();
        await automation.close();
      },
    };
  },
  { faults: true, throttling: true },
);
