/**
 * The lines of UTF-8 bytes, split at line feeds alone: JSON Lines may hold U+2028, at which `node:readline` splits too.
 * @throws TypeError when the bytes are not UTF-8
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let pending = '';
  for await (const chunk of chunks) {
    const [head = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
    pending += head;
    for (const next of others) {
      yield pending;
      pending = next;
    }
  }
  pending += decoder.decode();
  if (pending !== '') yield pending;
}
