// Nothing a connector tells holds a secret: it ends in a signed record that is kept for years.
import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import type { ConnectorScene } from './connector-scene.ts';
import { chosenTarget, collectAll, ending, stateOf } from './connector-steps.ts';

/** What secrets look like, whatever the system. */
const SECRET_LOOKING: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\bgh[opsur]_[A-Za-z0-9]{20,}/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/,
  /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\./,
  /:\/\/[^\s/:@]+:[^\s/@]+@/,
  /\bSCRAM-SHA-256\$/,
  /\bAWS4-HMAC-SHA256\b/,
  /["']?(password|secretAccessKey|sessionToken|client_secret)["']?\s*[:=]\s*["']?[^\s"',}[\]]{8,}/i,
];

/** Declares the test. */
export function describeRedaction(scene: () => ConnectorScene): void {
  it('tells no secret: not in identities, states, receipts, verifications, errors or notes', async () => {
    const { connector, now, faults } = scene();
    const said: unknown[] = [await collectAll(scene())];
    const target = await chosenTarget(scene());
    const state = await stateOf(scene(), target);
    const receipt = await connector.disable(target, state);
    said.push(state, receipt, await connector.verify(target, receipt.preImage, now()));
    said.push(await connector.restore(target, receipt.preImage));
    if (faults) {
      for (const n of [1, 2, 3]) {
        faults.failCall(n);
        said.push(await ending(() => connector.disable(target, state)));
        faults.timeoutAfterEffect(n);
        said.push(await ending(() => connector.restore(target, receipt.preImage)));
      }
      faults.heal?.();
    }
    said.push(scene().notes?.() ?? []);

    const text = inspect(said, { depth: 12, maxArrayLength: null, maxStringLength: null, breakLength: 1e9 });

    for (const secret of scene().secrets?.() ?? []) {
      expect(secret.length, 'a secret worth looking for').toBeGreaterThan(7);
      expect(text.includes(secret), 'a secret was told').toBe(false);
    }
    for (const looks of SECRET_LOOKING) expect(text.match(looks)?.[0]).toBeUndefined();
  });
}
