// The end of a quarter: everything sealed, exported, and handed to the verifier with keys and a checkpoint from outside.
import { join } from 'node:path';
import { verifyEd25519, verifyP256InPool } from '../../adapters/crypto/verify-signatures.ts';
import { readDirectoryPack } from '../../adapters/packs/directory-pack.ts';
import { openPack } from '../../adapters/packs/open-pack.ts';
import { utf8Bytes } from '../../domain/attestation/bytes/text-bytes.ts';
import { verifyPack } from '../../verification/verify-pack.ts';
import type { LocalStack } from '../stack.ts';
import { exportStackEvidence } from '../stack-evidence.ts';
import type { SealedQuarter } from './play-quarter.ts';

/** Seals, exports the whole log, and verifies it as strictly as an auditor can: nothing may stay unchecked. */
export async function proveQuarter(stack: LocalStack): Promise<SealedQuarter> {
  await stack.functions.seal();
  const { out, trust } = await exportStackEvidence(stack, { by: 'log' }, join(stack.dataDir, 'evidence'));
  const source = await openPack(out);
  try {
    const report = await verifyPack(source, {
      signatures: { checkP256: verifyP256InPool, checkEd25519: verifyEd25519 },
      trust: await readDirectoryPack(trust),
      against: heldCheckpoints(stack),
    });
    const wrong = report.checks.filter(({ verdict }) => verdict !== 'passed');
    return {
      envelopes: envelopesOf(stack),
      evidence: {
        ok: wrong.length === 0,
        checks: report.checks.length,
        path: out,
        problems: wrong.map(({ id, verdict, detail }) => `${id}: ${verdict}: ${detail}`),
      },
    };
  } finally {
    await source.close();
  }
}

/** Checkpoints as the auditors' mailbox kept them: outside everything that could have been rewritten. */
function heldCheckpoints(stack: LocalStack): { readonly name: string; readonly bytes: Uint8Array }[] {
  return stack.ses
    .messages({ subjectIncludes: 'Ledger checkpoint' })
    .map(({ messageId, text }) => ({ name: `mail ${messageId}`, bytes: utf8Bytes(text ?? '') }));
}

async function* envelopesOf(stack: LocalStack): AsyncIterable<string> {
  const view = await stack.ledger.view();
  for await (const { envelope } of view.leaves()) yield envelope;
}
