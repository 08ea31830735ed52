// JSON files of a pack: canonical, so that the same facts give the same bytes.
import { canonicalText } from '../../domain/attestation/bytes/canonical-json.ts';

/** Canonical JSON text of a value, absent fields left out. Fractions are allowed: files are not statements. */
export function canonicalFile(value: unknown): string {
  return canonicalText(JSON.parse(JSON.stringify(value)), { floats: true });
}
