import { afterEach, describe, expect, test } from 'vitest';
import { generateKey } from '../../../lib/adapters/crypto/key-file.ts';
import { p256Signer } from '../../../lib/adapters/crypto/signers.ts';
import { type ThreadedChecks, verifyOnThreads } from '../../../lib/adapters/crypto/verify-on-threads.ts';

let open: ThreadedChecks | undefined;
afterEach(() => open?.close());

describe('threads', () => {
  test('find exactly the signatures that are wrong, whoever asks in whatever order', async () => {
    const checks = (open = verifyOnThreads({ threads: 2, startAfter: 3 }));
    const signer = p256Signer(generateKey('p256'));
    const other = p256Signer(generateKey('p256'));
    const messages = Array.from({ length: 200 }, (_, index) => new TextEncoder().encode(`message ${index}`));
    const signatures = await Promise.all(messages.map((message) => signer.sign(message)));

    const found = await Promise.all(
      messages.map(async (message, index) => {
        const [key, text] = [index % 7 === 0 ? other : signer, index % 5 === 0 ? new Uint8Array() : message];
        return checks.checkP256(key.publicKeySpki, text, signatures[index] ?? new Uint8Array());
      }),
    );

    expect(found).toEqual(messages.map((_, index) => index % 7 !== 0 && index % 5 !== 0));
  });

  test('that were closed answer nothing more', async () => {
    const checks = verifyOnThreads({ threads: 1, startAfter: 0 });
    const asked = checks.checkP256(new Uint8Array(91), new Uint8Array(), new Uint8Array());

    await checks.close();

    await expect(asked).rejects.toThrow('The checking threads were closed.');
    await expect(checks.checkP256(new Uint8Array(), new Uint8Array(), new Uint8Array())).rejects.toThrow(
      'closed',
    );
  });
});
