// The examination as a command.
import { connectorChecks } from '../doctor/connector-checks.ts';
import { enforcementChecks } from '../doctor/enforcement-checks.ts';
import { examine } from '../doctor/examine.ts';
import { governanceChecks } from '../doctor/governance-checks.ts';
import { operationChecks } from '../doctor/operation-checks.ts';
import type { ControlCall } from './call.ts';
import type { CommandOf } from './protocol.ts';

/** Looks at everything there is a check for: those of every installation, then its own. */
export async function doctor(_command: CommandOf<'doctor'>, call: ControlCall) {
  const { environment, roles, checks = [] } = call;
  const { ledger } = call.ledger;
  return examine([
    ...checks,
    ...governanceChecks({ environment, roles }),
    ...operationChecks({ environment, ledger }),
    ...enforcementChecks(environment),
    ...(await connectorChecks(environment)),
  ]);
}
