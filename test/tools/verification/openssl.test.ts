// The commands of docs/attestation-format.md §4 and of a pack's README.txt, run as they stand, by bash, openssl and jq.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ed25519Pem } from '../../../lib/adapters/crypto/public-keys.ts';
import { livedCampaign } from '../../support/evidence/lived-campaign.ts';
import { freshFolder, packText, removeFolders } from '../../support/evidence/sealed-world.ts';
import { rowsOf } from '../../support/evidence/tamper.ts';

let lived: Awaited<ReturnType<typeof livedCampaign>>;
let pack: string;

beforeAll(async () => {
  lived = await livedCampaign();
  pack = join(await freshFolder(), 'pack');
  await lived.w.export({ by: 'log' }, pack);
});
afterAll(removeFolders);

const bash = (script: string, cwd = pack): string =>
  execFileSync('bash', ['-euo', 'pipefail', '-c', script], { cwd, encoding: 'utf8' });

describe('with openssl and jq alone', () => {
  test('one attestation verifies, with its key id and leaf hash', async () => {
    const copy = join(await freshFolder(), 'pack');
    await cp(pack, copy, { recursive: true });
    const [row] = await rowsOf(pack);

    const said = bash(
      `cp keys/${lived.w.signer.keyId}.pem key.pem
sed -n 1p attestations.jsonl | jq -jr .envelope >a.json
PT=$(jq -r .payloadType a.json); jq -r .payload a.json|base64 -d>body; jq -r '.signatures[0].sig' a.json|base64 -d>sig
{ printf 'DSSEv1 %d %s %d ' \${#PT} "$PT" $(stat -c%s body); cat body; } >pae
openssl dgst -sha256 -verify key.pem -signature sig pae
openssl pkey -pubin -in key.pem -outform DER | sha256sum
{ printf '\\0'; cat a.json; } | sha256sum`,
      copy,
    ).split('\n');

    expect(said[0]).toBe('Verified OK');
    expect(said[1]).toBe(`${lived.w.signer.keyId}  -`);
    expect(said[2]).toBe(`${row?.leafHash}  -`);
  });

  test('the head verifies', async () => {
    const copy = join(await freshFolder(), 'pack');
    await cp(pack, copy, { recursive: true });
    const pem = ed25519Pem(lived.w.logSigner.publicKey32);

    const said = bash(
      `cat >ed.pem <<'PEM'\n${pem}PEM
sed '/^$/q' checkpoint | sed '$d' >t; sed '1,/^$/d' checkpoint|head -1|awk '{print $3}'|base64 -d|tail -c 64 >s
openssl pkeyutl -verify -pubin -inkey ed.pem -rawin -in t -sigfile s`,
      copy,
    );

    expect(said).toContain('Signature Verified Successfully');
  });

  test('every command of README.txt works as printed', async () => {
    const copy = join(await freshFolder(), 'pack');
    await cp(pack, copy, { recursive: true });
    const readme = await packText(pack, 'README.txt');
    const commands = readme
      .slice(readme.indexOf('CHECK ONE STATEMENT'), readme.indexOf('CHECK THAT NOTHING'))
      .split('\n')
      .filter((line) => line.startsWith('  '))
      .join('\n');

    const said = bash(commands, copy);

    expect(said).toContain('Verified OK');
    expect(said).toContain('Signature Verified Successfully');
    const [, digest, name] =
      /([0-9a-f]{64}) {2}(?:snapshots|raw|populations)\/([0-9a-f]{64})\./.exec(said) ?? [];
    expect(digest).toBe(name);
  });

  test('a leaf hash is what the domain says', async () => {
    const [row] = await rowsOf(pack);
    const hash = createHash('sha256')
      .update(Buffer.from([0]))
      .update(row?.envelope ?? '')
      .digest('hex');

    expect(hash).toBe(row?.leafHash);
    expect(await readFile(join(pack, 'checkpoint'), 'utf8')).toContain(lived.w.logSigner.name);
  });
});
