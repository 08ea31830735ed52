// The webhook connector: the customer's own automation, asked by signed request.
import { lookup } from 'node:dns/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Connector, RemovalTarget } from '../../application/ports/connector.ts';
import { RefusedError } from '../../domain/errors.ts';
import type { ConnectorContext, ConnectorModule } from '../connector.ts';
import { createAutomation } from './automation.ts';
import { readCallback } from './callback.ts';
import { collectIdentities, type Sleep } from './collect.ts';
import { disableTarget, removeTarget, restoreTarget } from './disable.ts';
import { createExchange } from './exchange.ts';
import type { Resolve } from './guard.ts';
import { locateTarget } from './locate.ts';
import { manifest } from './manifest.ts';
import { WebhookSettings } from './settings.ts';
import { sharedSecret } from './shared-secret.ts';
import { verifyTarget } from './verify.ts';

/** What the connector takes from the machine; a test puts its own in. */
export interface Machine {
  /** Milliseconds since 1970 by the wall clock, which signatures and deadlines go by. */
  readonly wallClock: () => number;
  readonly resolve: Resolve;
  readonly sleep: Sleep;
}

const THIS_MACHINE: Machine = {
  wallClock: () => Date.now(),
  resolve: (hostname) => lookup(hostname, { all: true }),
  sleep: wait,
};

/** Makes the connector. */
export function createWebhook(
  settings: WebhookSettings,
  context: ConnectorContext,
  machine: Machine = THIS_MACHINE,
): Connector {
  const secret = sharedSecret(settings.secret, context.secret, machine.wallClock);
  const exchange = createExchange(settings, { ...machine, secret });
  const automation = createAutomation(settings, exchange, machine.wallClock);
  const ofThisSystem = ({ identityId, reviewed }: RemovalTarget): void => {
    if (reviewed.scope === settings.system) return;
    const message = `${identityId} is in ${reviewed.scope}, this automation speaks for ${settings.system}`;
    throw new RefusedError({ code: 'CONFLICT', message });
  };
  return {
    manifest,
    scope: settings.system,
    collect: () => collectIdentities({ settings, context, exchange, sleep: machine.sleep }),
    async locate(target) {
      ofThisSystem(target);
      return locateTarget(automation, target, context.clock.now());
    },
    async disable(target, state) {
      ofThisSystem(target);
      return disableTarget(automation, target, state);
    },
    async restore(target, preImage) {
      ofThisSystem(target);
      return restoreTarget(automation, target, preImage);
    },
    async verify(target, _preImage, disabledAt) {
      ofThisSystem(target);
      return verifyTarget(automation, target, disabledAt);
    },
    async remove(target) {
      ofThisSystem(target);
      return removeTarget(automation, target);
    },
    async readCallback(message) {
      return readCallback(message, settings.system, await secret(), machine.wallClock());
    },
  };
}

/** The registered module. */
export const webhook: ConnectorModule<WebhookSettings> = {
  manifest,
  settings: WebhookSettings,
  create: (settings, context) => createWebhook(settings, context),
};
