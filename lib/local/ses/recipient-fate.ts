// What becomes of a mail for one recipient: the mailbox simulator's addresses, and behaviours set on purpose.
// https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html#send-email-simulator
import { domainOf, SIMULATOR_DOMAIN } from './mail-address.ts';

/** How a mailbox behaves. `vanishes`: accepted, and nothing is ever heard of it. */
export type RecipientBehaviour =
  | 'delivers'
  | 'bounces'
  | 'bouncesTransiently'
  | 'complains'
  | 'outOfOffice'
  | 'suppressed'
  | 'vanishes';

const SIMULATOR: Readonly<Record<string, RecipientBehaviour>> = {
  success: 'delivers',
  bounce: 'bounces',
  complaint: 'complains',
  ooto: 'outOfOffice',
  suppressionlist: 'suppressed',
};

/** True for `success@simulator.amazonses.com` and the like, labels (`bounce+label@`) included. */
export function isSimulator(address: string): boolean {
  return domainOf(address) === SIMULATOR_DOMAIN;
}

/** The behaviour of an address: the simulator's own, else the one set, else it delivers. */
export function behaviourOf(
  address: string,
  configured: ReadonlyMap<string, RecipientBehaviour>,
): RecipientBehaviour {
  if (!isSimulator(address)) return configured.get(address) ?? 'delivers';
  const mailbox = address.slice(0, address.indexOf('@')).split('+')[0] ?? '';
  return SIMULATOR[mailbox] ?? 'bounces';
}
