/** Randomness as a port, so that a test can replay. */
export interface Randomness {
  /** Unguessable text of `bytes` random bytes, base64url. */
  token(bytes: number): string;
  /** A uniformly random decimal code of `digits` digits. */
  code(digits: number): string;
}

/** Turns a person into the pseudonym that signed bytes carry; the salt never leaves the store. */
export interface Pseudonyms {
  /** Lowercase hex SHA-256 of salt and person id. */
  of(personId: string): string;
}
