// The two reviews of a quarter: everything at its beginning, and a confirmation of what has to be looked at twice.
import type { DefinitionInput } from '../../domain/campaign/definition.ts';

/** Who the reviews name. */
export interface ReviewGroups {
  readonly fallback: string;
  readonly manager: string;
  readonly approvers: string;
  readonly riskAcceptors: string;
}

/** Removals one owner's silence may cause before a second person is asked. */
export const OWNER_CAP = 5;

/**
 * The definitions, armed. `confirm` is the CEL expression of what the confirmation asks about; its silence is reported and
 * switches nothing off.
 */
export function quarterDefinitions(
  { fallback, manager, approvers, riskAcceptors }: ReviewGroups,
  confirm: string,
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
        { per: 'campaign', count: 60, percent: 40 },
        { per: 'owner', count: OWNER_CAP },
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
