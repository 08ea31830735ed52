// Which build of the tool runs, recorded the first time it starts. A build that comes back later is told by the build
// digest that every statement carries.
import * as z from 'zod';
import { attestationIdOf, type Fact } from '../../domain/attestation/statement.ts';
import { ConflictError } from '../../domain/errors.ts';
import type { Environment } from '../environment.ts';
import { fileBytes } from '../plain-json.ts';

/** What a release is made of. */
export const ReleaseManifest = z.strictObject({
  schemaVersion: z.literal(1),
  /** Commit of the source, or `unknown` where it was not built from one. */
  commit: z.string().min(1),
  /** The code that runs, by name, with the SHA-256 of its bytes. */
  bundles: z.array(z.strictObject({ name: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })).min(1),
});
export type ReleaseManifest = z.infer<typeof ReleaseManifest>;

/** Makes the use case. Resolves to the attestation id; recording a release again changes nothing. */
export function recordRelease(environment: Environment) {
  return async (manifest: ReleaseManifest): Promise<string> => {
    const { store, blobs, attestor, clock } = environment;
    const { commit, bundles } = ReleaseManifest.parse(manifest);
    const sorted = bundles.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const at = clock.now();
    const fact: Fact = {
      name: 'tool-changed',
      subject: {
        name: 'release',
        sha256: await blobs.put(fileBytes({ schemaVersion: 1, commit, bundles: sorted })),
      },
      step: 'runs',
      ordinal: 0,
      predicate: { build: attestor.build, actor: attestor.system, at, commit, bundles: sorted },
    };
    const attestationId = attestationIdOf(fact);
    if (await store.get('attested', { attestationId })) return attestationId;
    const { writes } = await attestor.attest(fact, at);
    try {
      await store.commit(writes);
    } catch (error) {
      // Another function of the same build started at the same moment.
      if (!(error instanceof ConflictError)) throw error;
    }
    return attestationId;
  };
}
