// Where the AWS suite keeps what it installs and makes.
import { fileURLToPath } from 'node:url';

/** The repository. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Kept from run to run; not under version control. */
export const CACHE = fileURLToPath(new URL('../../../.cache/', import.meta.url));
