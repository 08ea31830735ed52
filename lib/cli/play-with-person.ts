// `demo`: a company whose messages a person sees and clicks in the browser.
import type { Company } from '../local/company/company.ts';
import { collectionWarnings, openFirstReview, prepareStack } from '../local/first-steps.ts';
import type { LocalSession, SessionOptions } from '../local/session.ts';
import { warningText } from '../presentation/terminal/collection-text.ts';
import { jsonLine } from '../presentation/terminal/json-line.ts';
import { addressesText, nextStepsText, type Suggestion } from '../presentation/terminal/stack-text.ts';
import type { CliContext } from './context.ts';
import { lookOf } from './on-stack.ts';
import { runInForeground } from './session-in-foreground.ts';

/** Opens a review, tells everybody, says where to click, and runs in real time until stopped. */
export async function playWithPerson(
  context: CliContext,
  options: SessionOptions,
  asJson: boolean,
): Promise<void> {
  const tell = (said: string) => context.err.write(`${said}\n`);
  await runInForeground(context, options, async (session) => {
    const { stack } = session;
    if (!session.reopened) {
      await prepareStack(stack, tell);
      await openFirstReview(session, onceAnHourQuietly(tell));
    }
    const warnings = await collectionWarnings(stack);
    context.err.write(warningText(warnings, { paint: context.paint.err }));
    const { addresses, dataDir } = stack;
    if (asJson) {
      context.out.write(`${jsonLine({ addresses, dataDir, now: stack.clock.now(), warnings })}\n`);
      return;
    }
    const look = lookOf(context, stack.clock.now());
    context.out.write(`\n${context.paint.out.bold(stack.company.name)}, ${look.now}\n`);
    context.out.write(addressesText(addresses, look));
    context.out.write(nextStepsText(await suggest(session), look));
  });
}

/** Waiting for working hours takes many hours of the virtual clock; saying so once is enough. */
function onceAnHourQuietly(tell: (said: string) => void): (said: string) => void {
  let waiting = false;
  return (said) => {
    const isWaiting = said.startsWith('waiting');
    if (!(isWaiting && waiting)) tell(isWaiting ? 'waiting for everybody’s working hours' : said);
    waiting = isWaiting;
  };
}

async function suggest({ stack }: LocalSession): Promise<Suggestion> {
  const { company, useCases, dataDir } = stack;
  const desks = [];
  for (const person of company.people.filter(({ active }) => active)) {
    const { dockets } = await useCases.actions.desk(person.personId, { perDocket: 1 });
    desks.push({ person, open: dockets.reduce((sum, docket) => sum + docket.open, 0) });
  }
  const asked = desks.filter(({ open }) => open > 0).toSorted((a, b) => b.open - a.open);
  const busiest = asked.find(({ person }) => person.slack !== undefined);
  const mailOnly = asked.find(({ person }) => person.slack === undefined)?.person;
  return {
    busiest: busiest && { name: busiest.person.name, open: busiest.open },
    mailOnly: mailOnly && { name: mailOnly.name, email: mailOnly.email },
    manager: managerOf(company),
    dataDir,
  };
}

function managerOf({ definitions, people, teams }: Company): string | undefined {
  const { manager } = definitions[0].reviewers;
  const team = teams.find(({ teamId }) => teamId === manager);
  return people.find(({ personId }) => personId === (team?.accountableId ?? manager))?.name;
}
