// Reads by key that are asked for in the same turn of the event loop, made together.

/**
 * Makes a reader of rows by key. What is asked for before the turn is over becomes one call of `read`, each key once; a
 * failure fails everybody who asked. Nothing is kept: a read asked for after a write is made after it, as by itself. Whoever
 * asks for `full` keys or more has nothing to gain and is not kept waiting.
 * `read` answers by the text that `textOf` gives a key; a row that is not there is absent.
 */
export function gatherReads<Key, Row>(
  read: (keys: readonly Key[]) => Promise<ReadonlyMap<string, Row>>,
  textOf: (key: Key) => string,
  full: number,
): (keys: readonly Key[]) => Promise<ReadonlyMap<string, Row>> {
  let waiting:
    | { readonly keys: Map<string, Key>; readonly answer: Promise<ReadonlyMap<string, Row>> }
    | undefined;
  const next = () => {
    const keys = new Map<string, Key>();
    const turn = new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    const answer = turn.then(() => {
      waiting = undefined;
      return read([...keys.values()]);
    });
    return { keys, answer };
  };
  return (keys) => {
    if (keys.length === 0) return Promise.resolve(new Map());
    if (keys.length >= full) return read(keys);
    waiting ??= next();
    for (const key of keys) waiting.keys.set(textOf(key), key);
    return waiting.answer;
  };
}
