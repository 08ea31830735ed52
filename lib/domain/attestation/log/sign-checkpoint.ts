// From the head of a log to its signed, and then cosigned, note.
import { utf8Bytes } from '../bytes/text-bytes.ts';
import { type Checkpoint, formatCheckpoint } from './checkpoint.ts';
import { addSignatures, formatNote, parseNote } from './signed-note.ts';

/** What signing needs of a log's key; the `NoteSigner` port has it. */
export interface CheckpointSigner {
  readonly name: string;
  readonly keyId4: Uint8Array;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** What cosigning needs of a witness; the `Cosigner` port has it. */
export interface CheckpointCosigner {
  readonly name: string;
  readonly keyId4: Uint8Array;
  cosign(checkpointText: string, atSeconds: number): Promise<Uint8Array>;
}

/** The signed note of a log's head; the log's line comes first. Its key's name is the log's origin. */
export async function signCheckpoint(
  head: Pick<Checkpoint, 'root'> & { readonly size: bigint | number },
  signer: CheckpointSigner,
): Promise<string> {
  const text = formatCheckpoint({ origin: signer.name, size: head.size, root: head.root });
  const signature = await signer.sign(utf8Bytes(text));
  return formatNote({ text, signatures: [{ name: signer.name, keyId4: signer.keyId4, signature }] });
}

/**
 * The note with a witness's line added. The caller has checked the log's signature and consistency first.
 * @param atSeconds seconds since the epoch
 */
export async function cosignCheckpoint(
  note: string,
  witness: CheckpointCosigner,
  atSeconds: number,
): Promise<string> {
  const { text } = parseNote(utf8Bytes(note));
  const signature = await witness.cosign(text, atSeconds);
  return addSignatures(note, [{ name: witness.name, keyId4: witness.keyId4, signature }]);
}
