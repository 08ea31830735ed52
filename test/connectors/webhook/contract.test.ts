import { describeConnector } from '../../contracts/connector-contract.ts';
import { startAutomation } from './automation.ts';
import { NOW, webhookOver } from './scene.ts';

describeConnector('webhook', async () => {
  const automation = await startAutomation();
  for (const name of ['ci-deploy', 'billing', 'reports']) automation.add(name, { grants: ['read', name] });
  return {
    connector: webhookOver(automation.url),
    now: () => NOW,
    choose: (identities) => identities.find(({ nativeId }) => nativeId === 'billing')!,
    vanish: () => {
      automation.accounts.delete('billing');
    },
    close: automation.close,
  };
});
