// The two reviews of a quarter: everything at its beginning, and a confirmation of what has to be looked at twice.
import type { DefinitionInput } from '../../domain/campaign/definition.ts';

/** Who the reviews name. */
export interface ReviewGroups {
  readonly fallback: string;
  readonly manager: string;
  readonly approvers: string;
  readonly riskAcceptors: string;
}

/** Removals one owner may cause before a second person is asked, and the share of a campaign that may go in all. */
export interface ReviewCaps {
  readonly perOwner: number;
  readonly campaignPercent: number;
}

/**
 * The definitions, armed. `confirm` is the CEL expression of what the confirmation asks about; its silence is reported and
 * switches nothing off.
 */
export function quarterDefinitions(
  { fallback, manager, approvers, riskAcceptors }: ReviewGroups,
  confirm: string,
  { perOwner, campaignPercent }: ReviewCaps,
): readonly [DefinitionInput, DefinitionInput] {
  const review: DefinitionInput = {
    apiVersion: 'countersign.dev/v1',
    definitionId: 'quarterly-review',
    version: 1,
    title: 'Quarterly review of non-human identities',
    purpose: 'Every non-human identity is vouched for by its owner, changed, or switched off.',
    controls: ['pci-dss-4.0.1/7.2.5.1', 'soc2/CC6.3'],
    timeline: { reviewDays: 21, graceDays: 5, closeAfterDays: 14 },
    reviewers: { fallback, manager, approvers, riskAcceptors },
    noResponse: 'disable',
    enforcement: {
      defaultMode: 'armed',
      caps: [
        { per: 'campaign', percent: campaignPercent },
        { per: 'owner', count: perOwner },
      ],
      quarantineDays: 30,
      holdDays: 7,
    },
  };
  const confirmation: DefinitionInput = {
    ...review,
    definitionId: 'quarter-end-confirmation',
    title: 'Quarter-end confirmation',
    purpose: 'What matters most is confirmed a second time before the quarter ends.',
    scope: { where: confirm, include: 'all' },
    timeline: { reviewDays: 14, graceDays: 3, closeAfterDays: 5 },
    noResponse: 'report-only',
  };
  return [review, confirmation];
}

/** The owner cap of a review. */
export function ownerCapOf({ enforcement }: DefinitionInput): number {
  return enforcement?.caps?.find(({ per }) => per === 'owner')?.count ?? Number.POSITIVE_INFINITY;
}
