import type { Directory } from '../../domain/review/directory.ts';

/** Where people and teams are learned. */
export interface People {
  /** The organisation as known now; cached by the adapter. */
  directory(): Promise<Directory>;
}
