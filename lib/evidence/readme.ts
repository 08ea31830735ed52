// README.txt of a pack: enough for a stranger with openssl, jq and a shell.
import type { PackManifest } from '../verification/pack/pack-files.ts';

/** The text, for this pack. */
export function readme({ origin, exportedAt, log, rows, range, campaigns }: PackManifest): string {
  const isWhole = range?.from === 0 && range.to === log.size;
  return `EVIDENCE PACK (countersign-pack/v1)

Log        ${origin}
Log size   ${log.size} entries when this pack was made
Made at    ${exportedAt}
Rows here  ${rows}${isWhole ? ' (the whole log)' : ' (chosen rows; each with a proof that it is in the log)'}
Campaigns  ${campaigns.length === 0 ? 'none' : campaigns.join(', ')}

Every fact of an access review (who was asked, what they answered, what was switched off, what was seen afterwards)
is one signed statement. The statements form a Merkle tree whose root the log signs. This pack lets you check each
statement, that none was changed or left out, and what the reviewers saw. None of it needs our software.

WHAT IS IN HERE
  checkpoint              the log's signed head; further signature lines are by witnesses
  keys/                   public keys: <keyid>.pem sign statements, log-*.pem and log.vkey sign heads,
                          witness.vkey cosign heads; ranges.json says which key may sign where
  attestations.jsonl      one row a line: index, leaf hash, and the exact bytes of the signed envelope
  attestation-ids.jsonl   the service's own names of the facts, by which later facts refer to earlier ones
  proofs.jsonl            inclusion paths (only when this is not the whole log)
  checkpoints.jsonl       heads on the way, cosigned, with proofs that each extends the one before
  snapshots/<sha256>.json what each reviewer saw; the name is the SHA-256 of the file
  populations/ reconciliations/ definitions/ raw/   other files that were attested, named the same way
  population.csv reconciliation.csv reviews.csv exceptions.csv
  notices.csv tool-changes.csv tool-access.csv   for reading
  metrics.json ipe.json oscal/   made from the above; the JSON files hold exact values
  people.json             who is behind the pseudonyms; may have been erased

In tables, a cell that a spreadsheet would run as a formula has an apostrophe in front. All times are UTC.

CHECK ONE STATEMENT (here: the first answer of reviews.csv; any index of attestations.jsonl will do)
  N=$(sed -n 2p reviews.csv | cut -d, -f1)
  jq -j "select(.index == $N) | .envelope" attestations.jsonl >a.json
  PT=$(jq -r .payloadType a.json); jq -r .payload a.json|base64 -d>body; jq -r '.signatures[0].sig' a.json|base64 -d>sig
  { printf 'DSSEv1 %d %s %d ' \${#PT} "$PT" $(stat -c%s body); cat body; } >pae
  KEY=keys/$(jq -r '.signatures[0].keyid' a.json).pem
  openssl dgst -sha256 -verify $KEY -signature sig pae               # Verified OK
  openssl pkey -pubin -in $KEY -outform DER | sha256sum              # the key id
  { printf '\\0'; cat a.json; } | sha256sum                           # the leaf hash of the row
  cat body                                                           # what was stated

CHECK WHAT THE REVIEWER SAW
  sha256sum snapshots/$(jq -r '.subject[0].digest.sha256' body).json # the name again

CHECK THE HEAD
  sed '/^$/q' checkpoint | sed '$d' >t; sed '1,/^$/d' checkpoint|head -1|awk '{print $3}'|base64 -d|tail -c 64 >s
  openssl pkeyutl -verify -pubin -inkey keys/log-*.pem -rawin -in t -sigfile s

CHECK THAT NOTHING IS MISSING OR CHANGED
  A leaf is SHA-256(0x00, envelope), a node SHA-256(0x01, left, right); the tree splits at the largest power of two
  below its size (RFC 6962). The root over all leaf hashes is line 3 of checkpoint, in base64.
  Compare the checkpoint with one you hold from elsewhere (mail, channel, witness): otherwise you only know that this
  pack agrees with itself. The same holds for the keys: get them from somewhere other than this pack.

DRAW A SAMPLE
  Choose any seed. Of population.csv take the rows with the smallest SHA-256(seed, campaign, identity):
  printf '%s%s%s' "$SEED" "$CAMPAIGN" "$IDENTITY" | sha256sum

ALL OF IT AT ONCE
  countersign verify <this pack> --trust <your keys> --against <your checkpoint>
`;
}
