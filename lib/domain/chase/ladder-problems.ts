// What a ladder must have before silence may switch anything off: a warning that can come in time.
import { type Definition, ladderOf, type Rung } from '../campaign/definition.ts';
import { RiskTier } from '../identity/risk-tier.ts';

/**
 * What is wrong with the ladder of a definition; empty when sound. Rungs before the end of grace come once and not after
 * it, and a definition that acts on silence has, for every tier, a last call to the reviewer that fits its review and its
 * grace.
 */
export function ladderProblems(definition: Definition): string[] {
  const ladder = ladderOf(definition);
  const problems = ladder.flatMap(({ from, days, dailyUntilDays }, index) => {
    const path = `ladder[${index}]`;
    if (from !== 'grace-end') return [];
    if (dailyUntilDays !== undefined) return [`${path}.dailyUntilDays: daily rungs count from the due date.`];
    return days > 0 ? [`${path}.days: ${days} days after the end of grace nobody is asked any more.`] : [];
  });
  const { noResponse } = definition;
  if (noResponse === 'report-only') return problems;
  const lastCalls = ladder.filter((rung) => isLastCall(rung, definition));
  const without = RiskTier.options.filter(
    (tier) => !lastCalls.some(({ tiers }) => tiers?.includes(tier) ?? true),
  );
  if (without.length > 0) {
    const whose =
      lastCalls.length === 0 ? 'the reviewer' : `the reviewer of ${without.join(', ')} identities`;
    problems.push(
      `ladder: noResponse is "${noResponse}", so ${whose} needs a rung with warning: true that comes once, after opening and before the end of grace.`,
    );
  }
  return problems;
}

function isLastCall(rung: Rung, { timeline: { reviewDays, graceDays } }: Definition): boolean {
  if (!rung.warning || rung.dailyUntilDays !== undefined || !rung.audience.includes('reviewer')) return false;
  switch (rung.from) {
    case 'opening':
      return rung.days >= 0 && rung.days < reviewDays + graceDays;
    case 'due':
      // Later than grace lasts is pulled before its end.
      return -rung.days <= reviewDays;
    case 'grace-end':
      return rung.days <= 0 && -rung.days <= reviewDays + graceDays;
    default:
      return rung.from satisfies never;
  }
}
