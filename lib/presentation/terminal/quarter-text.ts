// What a played quarter came to.
import { oneLine } from '../web/safe-text.ts';
import { countsText, heading, type Look } from './look.ts';
import { pairsOf, tableOf } from './table.ts';

/** The numbers of a quarter; see the summary of the autoplay. */
export interface QuarterNumbers {
  readonly identities: number;
  readonly credentials: number;
  readonly population: { readonly considered: number; readonly included: number; readonly excluded: number };
  readonly dockets: number;
  readonly items: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly events: Readonly<Record<string, number>>;
  readonly notices: Readonly<Record<string, number>>;
  readonly removals: {
    readonly planned: number;
    readonly executed: number;
    readonly held: number;
    readonly failed: number;
    readonly cancelled: number;
    readonly restored: number;
    readonly verification: Readonly<Record<string, number>>;
  };
  readonly drift: number;
  readonly attestations: number;
  readonly verify: { readonly ok: boolean; readonly checks: number };
  readonly evidence: string;
}

/** Something that had to be true. */
export interface Expected {
  readonly sceneId: string;
  readonly sentence: string;
  readonly passed: boolean;
  readonly found: string;
}

/** Everything the page shows. */
export interface QuarterPage {
  readonly company: string;
  readonly from: string;
  readonly until: string;
  readonly summary: QuarterNumbers;
  readonly expectations: readonly Expected[];
  readonly notPlayed: readonly { readonly sceneId: string; readonly title: string; readonly why: string }[];
  readonly dataDir: string;
}

/** The page. */
export function quarterText(page: QuarterPage, look: Look): string {
  const { company, from, until } = page;
  const head = `${look.paint.bold(oneLine(company))}, ${from.slice(0, 10)} to ${until.slice(0, 10)}\n`;
  return [
    head,
    numbersOf(page, look),
    outcomesOf(page.summary, look),
    removalsOf(page.summary, look),
    expectationsOf(page.expectations, look),
    notPlayedOf(page.notPlayed, look),
    `\nEverything is kept in ${page.dataDir}\n`,
  ].join('');
}

function numbersOf({ summary }: QuarterPage, { paint }: Look): string {
  const { population, verify } = summary;
  const evidence =
    summary.evidence === ''
      ? paint.dim('not exported')
      : `${oneLine(summary.evidence, 500)}: ${verify.checks} checks, ${verify.ok ? paint.good('all passed') : paint.bad('NOT VERIFIED')}`;
  return pairsOf([
    ['identities', `${summary.identities} with ${summary.credentials} credentials`],
    [
      'considered',
      `${population.considered} = ${population.included} asked about + ${population.excluded} left out`,
    ],
    ['questions', `${summary.items} to ${summary.dockets} dockets (both reviews)`],
    ['messages', countsText(summary.notices)],
    ['passed on', countsText(summary.events)],
    ['drift', String(summary.drift)],
    ['attestations', String(summary.attestations)],
    ['evidence', evidence],
  ]);
}

function outcomesOf({ outcomes, items }: QuarterNumbers, look: Look): string {
  return `${heading(look, 'Answers')}${tableOf(
    [{ title: 'FINAL ANSWER' }, { title: 'ITEMS', align: 'right' }, { title: 'SHARE', align: 'right' }],
    [
      ...Object.entries(outcomes).map(([name, count]) => [name, String(count), shareOf(count, items)]),
      ['total', String(items), shareOf(items, items)],
    ],
    { width: look.width, heading: look.paint.dim },
  )}`;
}

function removalsOf({ removals }: QuarterNumbers, look: Look): string {
  const { planned, executed, held, failed, cancelled, restored, verification } = removals;
  const sums = `${planned} planned = ${executed} executed + ${held} held + ${failed} failed + ${cancelled} cancelled; ${restored} of the executed restored\n`;
  return `${heading(look, 'Switched off')}${sums}${tableOf(
    [{ title: 'EXECUTED, AND KNOWN HOW WELL' }, { title: 'REMOVALS', align: 'right' }],
    Object.entries(verification).map(([level, count]) => [level, String(count)]),
    { width: look.width, heading: look.paint.dim },
  )}`;
}

/** Every expectation with ✓ or ✗, the failed ones with what was found. */
function expectationsOf(expectations: readonly Expected[], look: Look): string {
  const { paint } = look;
  const failed = expectations.filter(({ passed }) => !passed).length;
  const title =
    failed === 0
      ? `Expected: all ${expectations.length} came true`
      : `Expected: ${failed} of ${expectations.length} did NOT come true`;
  const lines = expectations.map(({ passed, sceneId, sentence, found }) => {
    const mark = passed ? paint.good('✓') : paint.bad('✗');
    const instead = passed ? '' : paint.bad(` (found: ${oneLine(found, 500)})`);
    return `${mark} ${paint.dim(sceneId)} ${oneLine(sentence, 500)}${instead}\n`;
  });
  return `${heading(look, title)}${lines.join('')}`;
}

function notPlayedOf(notPlayed: QuarterPage['notPlayed'], look: Look): string {
  if (notPlayed.length === 0) return '';
  return `${heading(look, `Not played: ${notPlayed.length}`)}${tableOf(
    [{ title: 'SCENE' }, { title: 'TITLE', flexible: true }, { title: 'WHY', flexible: true }],
    notPlayed.map(({ sceneId, title, why }) => [sceneId, title, why]),
    { width: look.width, heading: look.paint.dim },
  )}`;
}

function shareOf(count: number, total: number): string {
  return total === 0 ? '' : `${((100 * count) / total).toFixed(1)} %`;
}
