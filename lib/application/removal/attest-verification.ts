// The statement of what a look at a switch-off found.
import type { VerificationResult } from '../ports/connector.ts';
import { aboutRemoval } from './about-removal.ts';
import type { RemovalCase, RemovalDeps } from './workbench.ts';

/** Signs what was found. `ordinal` counts the checks of the removal, from 1. */
export async function attestVerification(
  deps: RemovalDeps,
  found: RemovalCase,
  result: VerificationResult,
  ordinal: number,
) {
  const { attestor, clock } = deps.environment;
  const { removal, campaign } = found;
  const at = clock.now();
  return attestor.attest(
    {
      name: 'verification',
      subject: { name: removal.identityId, sha256: removal.snapshot },
      step: `${removal.removalId}/verification`,
      ordinal,
      predicate: {
        build: attestor.build,
        actor: attestor.system,
        at,
        ...aboutRemoval(removal, campaign.definitionDigest),
        level: result.level,
        reasons: [...result.reasons],
        drifted: result.drifted,
        ...(result.sessionsMayLiveUntil === undefined
          ? {}
          : { sessionsMayLiveUntil: result.sessionsMayLiveUntil }),
      },
    },
    at,
  );
}
