// Where the inventory comes from: AWS itself, or files somebody fetched. Both end in the same identities.
import type { Readable } from 'node:stream';
import type { UpstreamError } from '../../domain/errors.ts';
import type { SourceCall } from '../../domain/identity/collection.ts';
import type { Instant } from '../../domain/time.ts';
import type { AuthorizationPage, ServiceSpecificCredential } from './schema.ts';

/** One credential report to be streamed. */
export interface ReportInput {
  readonly file: string;
  readonly stream: Readable;
  readonly generatedAt: Instant | undefined;
}

/** Something obtained, or why not: the collection goes on without it and says so. */
export type Obtained<T> =
  | { readonly had: true; readonly value: T; readonly gaps: readonly string[] }
  | { readonly had: false; readonly gap: string; readonly partial: boolean };

/** Authorization details as far as they came; `complete` is false when pages are missing. */
export interface DetailPages {
  readonly pages: readonly AuthorizationPage[];
  readonly complete: boolean;
  /** Why pages are missing. */
  readonly failure?: UpstreamError | undefined;
}

/** An inventory source. Each method is called once, in this order. */
export interface IamSource {
  caller(): Promise<{ readonly account: string | undefined; readonly arn: string | undefined }>;
  details(): Promise<Obtained<DetailPages>>;
  serviceSpecific(): Promise<Obtained<readonly ServiceSpecificCredential[]>>;
  reports(): Promise<Obtained<readonly ReportInput[]>>;
  /** `GetAccountSummary`: the account's own counts. */
  summary(): Promise<Obtained<Readonly<Record<string, number>>>>;
  calls(): SourceCall[];
}

/** Without it. `partial`: identities or credentials that exist may be missing because something failed. */
export function missing(gap: string, partial = false): Obtained<never> {
  return { had: false, gap, partial };
}

/** With it. */
export function having<T>(value: T, gaps: readonly string[] = []): Obtained<T> {
  return { had: true, value, gaps };
}
