// What people can do, as the edges (Slack, web, command) see it. Every act names an authenticated person.

import type { RiskTier } from '../domain/identity/risk-tier.ts';
import type { Removal } from '../domain/removal/removal.ts';
import type { Authenticated, DecisionRequest, ItemRef } from '../domain/review/decision.ts';
import type { Person } from '../domain/review/person.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import type { SeenMark } from '../domain/review/seen.ts';
import type { Instant } from '../domain/time.ts';
import type { DelegateInput } from './delegate.ts';
import type { ThreadRef } from './ports/channels.ts';
import type { DocketView, ItemView } from './ports/messenger.ts';

/** One decision asked for by an authenticated person. */
export interface DecideInput {
  readonly item: ItemRef;
  readonly request: DecisionRequest;
  readonly who: Authenticated;
  /** Deterministic id of the act (Slack trigger, form nonce): the same act twice counts once. */
  readonly actId: string;
  /** What the person was shown, where the button says so: on anything else they are asked again. */
  readonly seen?: SeenMark | undefined;
  /** When the person was shown the evidence, where the edge knows. */
  readonly shownAt?: Instant | undefined;
}

/** What came of an act, in a sentence for the person. */
export interface ActOutcome {
  readonly text: string;
  readonly item?: ReviewItem;
  readonly removal?: Removal;
}

/** Something that waits for a second person. */
export interface PendingApproval {
  readonly kind: 'second-decision' | 'exception' | 'removal-hold' | 'manual-task' | 'claim' | 'sample';
  readonly id: string;
  readonly campaignId: string;
  readonly identityKey: string;
  readonly title: string;
  readonly detail: string;
  readonly askedBy: string;
  readonly since: Instant;
}

/** Something lately decided or switched off that the person can still undo. */
export interface RecentAct {
  readonly at: Instant;
  readonly text: string;
  readonly undo?:
    | { readonly identityKey: string; readonly removalId: string; readonly until: Instant }
    | undefined;
}

/** Which of a person's open items to show; all of them when empty. */
export interface ItemFilter {
  readonly tier?: RiskTier | undefined;
  readonly campaignId?: string | undefined;
  readonly advice?: ReviewItem['recommendation'] | undefined;
  readonly unchanged?: true | undefined;
}

/** A page of a person's open items over all their dockets, worst first. */
export interface ItemPage {
  readonly items: readonly ItemView[];
  /** How many the filter finds. */
  readonly found: number;
  /** Not all items were looked at: there may be more. */
  readonly part: boolean;
}

/** Everything one person has to do: the App Home and the review page. */
export interface DeskView {
  readonly person: Person;
  readonly now: Instant;
  readonly dockets: readonly DocketView[];
  readonly approvals: readonly PendingApproval[];
  readonly recent: readonly RecentAct[];
  /** The page that was asked for. */
  readonly page?: ItemPage | undefined;
}

/** One thing a person did. */
export interface DoneAct {
  readonly at: Instant;
  readonly text: string;
}

/** What a person did, newest first. */
export interface HistoryPage {
  readonly acts: readonly DoneAct[];
  readonly more: boolean;
}

/** What a desk should hold. */
export interface DeskOptions {
  /** Items with evidence in each docket, worst first. @default 10, none when a page is asked for */
  readonly perDocket?: number;
  readonly page?: { readonly from: number; readonly size: number; readonly filter?: ItemFilter | undefined };
}

/** One member of a group, and why it is not simply kept with it. */
export interface GroupMember {
  readonly view: ItemView;
  readonly why?: 'risk' | 'changed' | 'advice' | undefined;
}

/** A group of identities with the same access, as somebody looks through it. */
export interface GroupView {
  readonly campaignId: string;
  readonly title: string;
  readonly group: string;
  readonly label: string;
  /** Those that nothing speaks against keeping. */
  readonly alike: readonly GroupMember[];
  /** Those that something does speak against. */
  readonly outliers: readonly GroupMember[];
  /** Members that are not named here. */
  readonly more: number;
}

/** One member of a group, as somebody saw it when they kept it. */
export interface SeenItem {
  readonly identityKey: string;
  readonly seen: SeenMark;
}

/** The acts and views offered to edges. All throw RefusedError with a sentence the person can be shown. */
export interface ReviewActions {
  /** Decides one item. */
  decide(input: DecideInput): Promise<ActOutcome>;
  /** Keeps every unchanged item of a group in one act, or those members that are named. */
  keepGroup(input: {
    readonly campaignId: string;
    readonly group: string;
    readonly who: Authenticated;
    readonly reason: string;
    readonly actId: string;
    /** The group as it was shown, where the button says so. */
    readonly seen?: string | undefined;
    /** Only these members, as they were shown. One that something speaks against is kept only with a reason. */
    readonly only?: readonly SeenItem[] | undefined;
  }): Promise<ActOutcome>;
  /** A second person agrees or disagrees: with a decision, an exception, a held removal, a finished manual task, a claim. */
  approve(input: {
    readonly kind: PendingApproval['kind'];
    readonly campaignId: string;
    readonly identityKey: string;
    readonly id: string;
    readonly agree: boolean;
    readonly reason: string;
    readonly who: Authenticated;
    readonly actId: string;
  }): Promise<ActOutcome>;
  /** Lets somebody else answer for a while. */
  delegate(input: DelegateInput): Promise<ActOutcome>;
  /** Puts reminders about one's own docket off, once. */
  snooze(input: {
    readonly campaignId: string;
    readonly until: Instant;
    readonly reason: string;
    readonly who: Authenticated;
    readonly actId: string;
  }): Promise<ActOutcome>;
  /** Says that an unowned identity is one's own (or one's team's); counts once a second person confirms. */
  claim(input: {
    readonly item: ItemRef;
    readonly who: Authenticated;
    readonly actId: string;
  }): Promise<ActOutcome>;
  /**
   * Puts a switched-off identity or credential back exactly as it was, and reopens its item. `wrong`: it should not have
   * been switched off; its connector and tier go back to shadow.
   */
  undo(input: {
    readonly identityKey: string;
    readonly removalId: string;
    readonly reason: string;
    readonly wrong?: boolean | undefined;
    readonly who: Authenticated;
    readonly actId: string;
  }): Promise<ActOutcome>;
  /** Asks security about one's own docket, in the thread that docket has in their channel. */
  askSecurity(input: {
    readonly campaignId: string;
    readonly question: string;
    readonly who: Authenticated;
    readonly actId: string;
  }): Promise<ActOutcome>;
  /** Whether a docket's questions are asked in this thread. */
  isQuestionThread(thread: ThreadRef): Promise<boolean>;
  /** Tells who asked in a thread what somebody else wrote there. */
  passAnswerOn(input: {
    readonly thread: ThreadRef;
    /** Which message of the channel it is: one is told once. */
    readonly messageTs: string;
    readonly text: string;
    readonly who: Authenticated;
  }): Promise<ActOutcome>;
  /** Everything due of one person. */
  desk(personId: string, options?: DeskOptions): Promise<DeskView>;
  /** What a person decided, newest first. */
  history(personId: string, page: { readonly from: number; readonly size: number }): Promise<HistoryPage>;
  /** The members of a group on somebody's desk. @throws RefusedError NOT_FOUND when none is open there any more */
  group(input: {
    readonly campaignId: string;
    readonly group: string;
    readonly personId: string;
  }): Promise<GroupView>;
  /** Open items by name or id that the person may look at, best match first, at most ten. */
  find(input: { readonly personId: string; readonly text: string }): Promise<readonly ItemView[]>;
  /** One item with its evidence, for the person who is looking. */
  item(ref: ItemRef, personId: string): Promise<ItemView>;
  /** People an item may be handed to by this person. */
  candidates(ref: ItemRef, personId: string): Promise<readonly Person[]>;
}
