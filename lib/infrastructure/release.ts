// What a deployment is made of: the commit, and the digest of every function's code.
import { execFileSync } from 'node:child_process';
import type { FunctionName } from '../functions.ts';
import { FUNCTION_NAMES } from '../functions.ts';
import type { Installation } from '../installation.ts';
import { type Bundle, type Bundles, buildDigestOf } from './bundle-functions.ts';

/** A release of the product's functions. */
export interface Release {
  readonly manifest: Installation['release'];
  /** One digest over all of it: what every attestation says it was made by. */
  readonly build: string;
  bundleOf(name: FunctionName): Bundle;
}

/** The release that those bundles are. @throws RangeError when a function has no bundle */
export function releaseOf({ byName }: Bundles, commit: string): Release {
  const bundleOf = (name: FunctionName): Bundle => {
    const bundle = byName.get(name);
    if (!bundle) throw new RangeError(`${name} was not bundled.`);
    return bundle;
  };
  const bundles = FUNCTION_NAMES.map(bundleOf).map(({ name, sha256 }) => ({ name, sha256 }));
  return { manifest: { schemaVersion: 1, commit, bundles }, build: buildDigestOf(bundles), bundleOf };
}

/** The commit that is checked out; `unknown` where the source came without its history. Changes on top show in the digests. */
export function commitOf(root: string): string {
  try {
    const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
    const head = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8', stdio }).trim();
    return /^[0-9a-f]{40,64}$/.test(head) ? head : 'unknown';
  } catch {
    return 'unknown';
  }
}
