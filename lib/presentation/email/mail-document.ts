// A mail as a list of blocks, written once and rendered as plain text and as HTML.
import type { RiskTier } from '../../domain/identity/risk-tier.ts';
import type { Row } from '../web/evidence.ts';

/** One block. Texts may quote identities: renderers clean and escape every one of them. */
export type MailBlock =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | {
      readonly kind: 'card';
      readonly title: string;
      readonly subtitle: string;
      readonly tier: RiskTier;
      /** The question, in full. */
      readonly lead: string | undefined;
      readonly rows: readonly Row[];
    }
  | { readonly kind: 'bullets'; readonly items: readonly string[] }
  /** The only thing in a mail that can be clicked. `url` is ours. */
  | { readonly kind: 'link'; readonly url: string; readonly label: string }
  | { readonly kind: 'code'; readonly code: string };

/** A mail before it is rendered. */
export interface MailDocument {
  readonly subject: string;
  /** What inbox lists show after the subject. */
  readonly preview: string;
  readonly blocks: readonly MailBlock[];
  /** Said small at the end. */
  readonly footer: readonly string[];
}

/** A mail ready to send. */
export interface MailContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Where an answer can be given, for mails that carry no link of their own. */
export const WHERE_TO_ANSWER =
  'To act on it, use the Countersign app in Slack, or the review link in your newest digest mail.';

/** What every mail says about answering it: a reply is no decision. */
export const REPLY_IS_NO_ANSWER = 'Replying to this mail decides nothing: nobody reads a reply as an answer.';
