// Where evidence packs wait to be taken away.
import { createS3PackShelf } from '../adapters/s3/s3-pack-shelf.ts';
import type { PackShelf } from '../application/ports/pack-shelf.ts';
import { s3 } from './s3.ts';
import type { Base } from './start.ts';
import { wanted } from './wanted.ts';

/** Opens the shelf. */
export function openPacks(base: Base): PackShelf {
  return createS3PackShelf({ client: s3(), bucket: wanted(base, 'packsBucket') });
}
