// Every command there is. One line each.
import type { AddCommand } from './command.ts';
import { addAcknowledge } from './commands/acknowledge.ts';
import { addApprove } from './commands/approve.ts';
import { addCampaign } from './commands/campaign.ts';
import { addCollect } from './commands/collect.ts';
import { addDecide } from './commands/decide.ts';
import { addDefinitions } from './commands/definitions.ts';
import { addDelegate } from './commands/delegate.ts';
import { addDemo } from './commands/demo.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEnforcement } from './commands/enforcement.ts';
import { addEvidence } from './commands/evidence.ts';
import { addExceptions } from './commands/exceptions.ts';
import { addHistory } from './commands/history.ts';
import { addIdentities, addIdentity } from './commands/identities.ts';
import { addInbox } from './commands/inbox.ts';
import { addLinks } from './commands/links.ts';
import { addLocal } from './commands/local.ts';
import { addRemovals } from './commands/removals.ts';
import { addReperform } from './commands/reperform.ts';
import { addRoles } from './commands/roles.ts';
import { addSwitch } from './commands/switch.ts';
import { addVerify } from './commands/verify.ts';

/** In the order of the help. */
export const commands: readonly AddCommand[] = [
  addDemo,
  addLocal,
  addCollect,
  addIdentities,
  addIdentity,
  addCampaign,
  addInbox,
  addDecide,
  addApprove,
  addDelegate,
  addRemovals,
  addExceptions,
  addHistory,
  addAcknowledge,
  addEvidence,
  addVerify,
  addReperform,
  addDefinitions,
  addRoles,
  addLinks,
  addSwitch,
  addEnforcement,
  addDoctor,
];
