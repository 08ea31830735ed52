// Every predicate type, by URI. A type's meaning never changes under its version.
import type * as z from 'zod';
import {
  CampaignClosedPredicate,
  CampaignOpenedPredicate,
  CampaignSteeredPredicate,
  CollectionPredicate,
  ManagementAcknowledgedPredicate,
} from './campaign.ts';
import {
  DefinitionChangedPredicate,
  HeartbeatPredicate,
  KeyTransitionPredicate,
  ModeChangedPredicate,
  RoleGrantedPredicate,
  ToolChangedPredicate,
} from './governance.ts';
import {
  BrownOutPredicate,
  CapLiftedPredicate,
  HoldPredicate,
  HoldReleasedPredicate,
  ImpactPredicate,
  ObservationClosedPredicate,
  RemovalPredicate,
  RestorationPredicate,
  ShadowVerdictPredicate,
  VerificationPredicate,
} from './removal.ts';
import {
  DecisionPredicate,
  DelegationPredicate,
  ExceptionEndedPredicate,
  ExceptionGrantedPredicate,
  ExposureReportedPredicate,
  NoResponsePredicate,
  NoticePredicate,
  OwnerChangedPredicate,
  PromiseKeptPredicate,
  PromiseMissedPredicate,
  SampleAnsweredPredicate,
  SampleAskedPredicate,
} from './review.ts';

/** Predicates by short name. The URI is `https://countersign.dev/attestation/<name>/v1`. */
export const PREDICATES = {
  collection: CollectionPredicate,
  'campaign-opened': CampaignOpenedPredicate,
  'campaign-steered': CampaignSteeredPredicate,
  'campaign-closed': CampaignClosedPredicate,
  'management-acknowledged': ManagementAcknowledgedPredicate,
  decision: DecisionPredicate,
  'no-response': NoResponsePredicate,
  notice: NoticePredicate,
  'owner-changed': OwnerChangedPredicate,
  delegation: DelegationPredicate,
  'exception-granted': ExceptionGrantedPredicate,
  'exception-ended': ExceptionEndedPredicate,
  'promise-kept': PromiseKeptPredicate,
  'promise-missed': PromiseMissedPredicate,
  removal: RemovalPredicate,
  hold: HoldPredicate,
  'hold-released': HoldReleasedPredicate,
  'cap-lifted': CapLiftedPredicate,
  verification: VerificationPredicate,
  restoration: RestorationPredicate,
  'shadow-verdict': ShadowVerdictPredicate,
  'brown-out': BrownOutPredicate,
  impact: ImpactPredicate,
  'observation-closed': ObservationClosedPredicate,
  'sample-asked': SampleAskedPredicate,
  'sample-answered': SampleAnsweredPredicate,
  'exposure-reported': ExposureReportedPredicate,
  'definition-changed': DefinitionChangedPredicate,
  'mode-changed': ModeChangedPredicate,
  'role-granted': RoleGrantedPredicate,
  'tool-changed': ToolChangedPredicate,
  'key-transition': KeyTransitionPredicate,
  heartbeat: HeartbeatPredicate,
} as const;

/** Short name of a predicate. */
export type PredicateName = keyof typeof PREDICATES;

/** Shape of a predicate's body. */
export type PredicateBody<N extends PredicateName> = z.infer<(typeof PREDICATES)[N]>;

const PREFIX = 'https://countersign.dev/attestation/';

/** URI of a predicate type. */
export function predicateTypeOf(name: PredicateName): string {
  return `${PREFIX}${name}/v1`;
}

/** Short name of a predicate type URI; undefined when it is none of ours. */
export function predicateNameOf(predicateType: string): PredicateName | undefined {
  const match = /^https:\/\/countersign\.dev\/attestation\/([a-z-]+)\/v1$/.exec(predicateType);
  const name = match?.[1];
  return name !== undefined && Object.hasOwn(PREDICATES, name) ? (name as PredicateName) : undefined;
}
