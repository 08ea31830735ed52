// Where a running stack is, and what a person could do next.
import { oneLine } from '../web/safe-text.ts';
import { countWords } from '../wording.ts';
import { heading, type Look } from './look.ts';
import { pairsOf } from './table.ts';

/** Addresses to open. */
export interface StackAddresses {
  readonly slack: string;
  readonly mail: string;
  readonly web: string;
}

/** The addresses, one a line. */
export function addressesText({ slack, mail, web }: StackAddresses, look: Look): string {
  return pairsOf([
    ['Slack', look.paint.bold(slack)],
    ['mailbox', look.paint.bold(mail)],
    ['review page', `${look.paint.bold(web)} (through the links in the mail)`],
  ]);
}

/** Who could be tried out, and with what. */
export interface Suggestion {
  readonly busiest: { readonly name: string; readonly open: number } | undefined;
  readonly mailOnly: { readonly name: string; readonly email: string } | undefined;
  readonly manager: string | undefined;
  readonly dataDir: string;
}

/** A short "what to do next". */
export function nextStepsText({ busiest, mailOnly, manager, dataDir }: Suggestion, look: Look): string {
  const steps = [
    ...(busiest
      ? [
          `Open the Slack page and be ${oneLine(busiest.name)}, who has ${countWords(busiest.open, 'question')}. Press Keep or Switch off: the message changes at once.`,
        ]
      : []),
    ...(mailOnly
      ? [
          `${oneLine(mailOnly.name)} has no Slack: open the mailbox, follow the link, ask for a code and answer (${mailOnly.email}).`,
        ]
      : []),
    `See what happens to those who stay silent: countersign local clock +27d --data-dir ${dataDir}`,
    `Be${manager === undefined ? ' the manager' : ` ${oneLine(manager)}, the manager`}: see who is told of holds, and let one run.`,
    `Ask anything: countersign identities --data-dir ${dataDir}`,
  ];
  const numbered = steps.map((step, index) => `${index + 1}. ${step}`).join('\n');
  return `${heading(look, 'What to do next')}${numbered}\n\nCtrl-C ends it.\n`;
}
