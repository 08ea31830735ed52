// The state machine that opens campaigns.
import { SFNClient } from '@aws-sdk/client-sfn';
import { createStartOpening } from '../adapters/sfn/start-opening.ts';
import { CALLS } from './aws.ts';
import type { Base } from './start.ts';
import { wanted } from './wanted.ts';

/** Starts an opening, or takes one up again: everything in it may be done twice. */
export function openOpening(base: Base) {
  return createStartOpening({
    client: new SFNClient(CALLS),
    stateMachineArn: wanted(base, 'openingMachine'),
  });
}
