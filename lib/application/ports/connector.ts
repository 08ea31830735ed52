// The connector port: what use cases need from a system that identities live in.
import type { CollectionReport } from '../../domain/identity/collection.ts';
import type { Identity, IdentityKind } from '../../domain/identity/identity.ts';
import type { IdentityId } from '../../domain/identity/identity-id.ts';
import type { ObservedState, PreImage } from '../../domain/removal/pre-image.ts';
import type { VerificationLevel } from '../../domain/removal/verification-level.ts';
import type { Instant } from '../../domain/time.ts';

/** How a connector can do one thing. */
export type Capability =
  | { readonly how: 'automatic'; readonly description: string }
  | { readonly how: 'manual-task'; readonly description: string }
  | { readonly how: 'unsupported'; readonly reason: string };

/** What a connector says about itself, as data: used for least-privilege IAM, docs and refusals. */
export interface ConnectorManifest {
  readonly id: string;
  readonly title: string;
  readonly identityKinds: readonly IdentityKind[];
  readonly capabilities: {
    readonly collect: Capability;
    /** Per credential type or identity kind (`access-key`, `workload-identity`, …). */
    readonly disable: Readonly<Record<string, Capability>>;
    readonly restore: Readonly<Record<string, Capability>>;
    readonly verify: Readonly<Record<string, Capability>>;
    readonly remove: Readonly<Record<string, Capability>>;
    /** Whether use is read from a log; absent: it is not. */
    readonly activity?: Capability | undefined;
  };
  /** Provider permissions, with the capability each serves and the narrowest resource it can be limited to. */
  readonly permissions: readonly {
    readonly action: string;
    readonly resource: string;
    readonly for: 'collect' | 'disable' | 'restore' | 'verify' | 'remove' | 'activity';
    readonly why: string;
  }[];
  /** Settings that name a secret, as paths: `passwordSecret`, `canaries.*.passwordSecret`. Nothing else is read. */
  readonly secretSettings?: readonly string[] | undefined;
}

/** What is to be switched off: an identity, or one of its credentials. */
export interface RemovalTarget {
  readonly identityId: IdentityId;
  /** Absent: the identity as a whole. */
  readonly credentialId: string | undefined;
  /** The identity as the reviewer was shown it: used to match what is there now to what was decided on. */
  readonly reviewed: Identity;
}

/** What `locate` found: the target's exact state now, or why it cannot be told. */
export type Located =
  | { readonly found: 'one'; readonly state: ObservedState }
  | { readonly found: 'ambiguous'; readonly reason: string }
  | { readonly found: 'vanished'; readonly reason: string };

/** What a switch-off did. */
export interface RemovalReceipt {
  /** Everything needed to put the exact prior state back. */
  readonly preImage: PreImage;
  /** False when it was off already: nothing was changed. */
  readonly changed: boolean;
  /** The provider's request ids or the task's id. */
  readonly evidence: readonly string[];
}

/** What a verification found, and how sure that is. */
export interface VerificationResult {
  readonly level: VerificationLevel;
  readonly reasons: readonly string[];
  /** Sessions issued before may live until then, where that is so. */
  readonly sessionsMayLiveUntil: Instant | undefined;
  /** Set when the target was found switched on again. */
  readonly drifted: boolean;
}

/** One logged use of an identity or credential. It holds no request parameters, no tokens. */
export interface ActivityEvent {
  readonly eventId: string;
  readonly at: Instant;
  /** `s3:GetObject`, `login`: in the words of the system's permissions where it has them. */
  readonly action: string;
  readonly resource?: string | undefined;
  /** Who called: a session, an application, an address. */
  readonly caller: string;
  readonly sourceAddress?: string | undefined;
  readonly credentialId?: string | undefined;
  readonly outcome: 'allowed' | 'refused' | 'unknown';
  readonly errorCode?: string | undefined;
}

/** What a log says about a target in a window of time, and how much of it the log can say. */
export interface ActivityReport {
  /** The log, in words: `CloudTrail management events of 123456789012, us-east-1`. */
  readonly source: string;
  /** Classes of events it holds. */
  readonly classes: readonly string[];
  /** An event may be this much late. */
  readonly lagMinutes: number;
  readonly from: Instant;
  readonly until: Instant;
  readonly completeness: 'complete' | 'partial';
  /** What is missing, when it is partial. */
  readonly gap?: string | undefined;
  /** In any order, each once. */
  readonly events: readonly ActivityEvent[];
}

/** A message by which a system says that something it had accepted has come to an end. A hint: it proves nothing. */
export interface SystemCallback {
  readonly body: string;
  /** A header's value, by its name in lower case. */
  header(name: string): string | undefined;
}

/** One system that identities live in. Methods throw UpstreamError when the provider fails. */
export interface Connector {
  readonly manifest: ConnectorManifest;
  /** The one scope it reads (an account, a tenant), where its settings say so. */
  readonly scope?: string | undefined;
  /** Lists every identity once; the report is final when the iteration ends (also when it ends early). */
  collect(): { readonly identities: AsyncIterable<Identity>; report(): CollectionReport };
  /** Reads one target's present state. Called right before acting. */
  locate(target: RemovalTarget): Promise<Located>;
  /** Switches the target off, given what `locate` found. Idempotent. @throws RefusedError NOT_SUPPORTED when the manifest says so. */
  disable(target: RemovalTarget, state: ObservedState): Promise<RemovalReceipt>;
  /** Puts the pre-image back exactly. Idempotent. */
  restore(target: RemovalTarget, preImage: PreImage): Promise<{ readonly evidence: readonly string[] }>;
  /** Says honestly how well the switch-off is known to hold. */
  verify(target: RemovalTarget, preImage: PreImage, disabledAt: Instant): Promise<VerificationResult>;
  /** Reads logged use of a target. Absent where no log is read. At most some thousand events: then it is partial. */
  activity?(target: RemovalTarget, from: Instant, until: Instant): Promise<ActivityReport>;
  /** Deletes for good, after quarantine. @throws RefusedError NOT_SUPPORTED when the manifest says so. */
  remove(target: RemovalTarget, preImage: PreImage): Promise<{ readonly evidence: readonly string[] }>;
  /**
   * Checks who sent a message and reads what it is about. Absent: this system sends none.
   * @throws RefusedError NOT_ELIGIBLE when it is not from this system; InvalidInputError MALFORMED_REQUEST
   */
  readonly readCallback?: (
    message: SystemCallback,
  ) => Promise<{ readonly requestId: string; readonly identityId: IdentityId }>;
}
