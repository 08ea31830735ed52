/** What a text says as JSON; undefined, which every schema refuses, when it is none. */
export function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Refused by the caller's schema, which says what was wanted.
    return undefined;
  }
}
