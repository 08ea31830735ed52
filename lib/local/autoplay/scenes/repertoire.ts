// The scenes of a quarter, in the order they choose what they are played with.
import { exceptionEnds, exceptionStays, fallbackException } from './exceptions.ts';
import { bulkClicker, lateOwner, mailOnlyOwner, secondPerson } from './habits-shown.ts';
import { goneOwner, orphanClaimed, orphanUnclaimed, reassign, wrongPerson } from './ownership.ts';
import { promiseKept, promiseMissed, reduce } from './promises.ts';
import { drift, manualTask, retire, revokeOneKey } from './removals.ts';
import type { Scene } from './scene.ts';
import { blastRadius, contradiction, undo } from './silence.ts';

/** Every scene. Claims come first: what is claimed can play on. */
export const REPERTOIRE: readonly Scene[] = [
  orphanClaimed,
  contradiction,
  undo,
  revokeOneKey,
  manualTask,
  drift,
  promiseKept,
  promiseMissed,
  reduce,
  retire,
  exceptionEnds,
  exceptionStays,
  reassign,
  wrongPerson,
  fallbackException,
  orphanUnclaimed,
  blastRadius,
  goneOwner,
  lateOwner,
  mailOnlyOwner,
  bulkClicker,
  secondPerson,
];
