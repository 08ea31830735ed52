// One message to one person as a mail: subject, plain text, HTML.
import type { MessageBody, OutboundMessage } from '../../application/ports/messenger.ts';
import { subjectLine } from '../web/safe-text.ts';
import type { Reader } from '../wording.ts';
import { claimWantedMail, reminderMail, secondApprovalMail } from './asking-mail.ts';
import { delegationMail } from './delegation-mail.ts';
import { digestMail } from './digest-mail.ts';
import { escalationMail } from './escalation-mail.ts';
import { approvalListMail, removalListMail } from './list-mail.ts';
import type { MailContent, MailDocument } from './mail-document.ts';
import { renderHtml } from './mail-html.ts';
import { renderText } from './mail-text.ts';
import { removalMail } from './removal-mail.ts';
import { sampleWantedMail } from './sample-wanted-mail.ts';
import { securityAnswerMail } from './security-answer-mail.ts';
import { findingsMail, oneTimeCodeMail } from './short-mail.ts';
import { weeklySummaryMail } from './weekly-summary-mail.ts';

/** Renders any message. Dates are in the recipient's zone; everything quoted is cleaned and escaped. */
export function renderMail(message: Pick<OutboundMessage, 'to' | 'body' | 'now'>): MailContent {
  const document = mailFor(message.body, { now: message.now, timeZone: message.to.timeZone });
  return {
    subject: subjectLine(document.subject),
    text: renderText(document),
    html: renderHtml({ ...document, subject: subjectLine(document.subject) }),
  };
}

function mailFor(body: MessageBody, reader: Reader): MailDocument {
  if ('removal' in body) return removalMail(body, reader);
  switch (body.purpose) {
    case 'digest':
    case 'switch-off-warning':
      return digestMail(body, reader);
    case 'escalation':
      return escalationMail(body, reader);
    case 'second-approval':
      return secondApprovalMail(body, reader);
    case 'exception-request':
    case 'exception-ending':
    case 'promise-reminder':
      return reminderMail(body, reader);
    case 'claim-wanted':
      return claimWantedMail(body, reader);
    case 'one-time-code':
      return oneTimeCodeMail(body);
    case 'findings':
      return findingsMail(body, reader);
    default:
      return otherMail(body, reader);
  }
}

type Other = Extract<
  MessageBody,
  {
    purpose:
      | 'removal-list'
      | 'approval-list'
      | 'sample-wanted'
      | 'delegation'
      | 'security-answer'
      | 'weekly-summary';
  }
>;

function otherMail(body: Other, reader: Reader): MailDocument {
  switch (body.purpose) {
    case 'removal-list':
      return removalListMail(body, reader);
    case 'approval-list':
      return approvalListMail(body);
    case 'sample-wanted':
      return sampleWantedMail(body, reader);
    case 'delegation':
      return delegationMail(body, reader);
    case 'security-answer':
      return securityAnswerMail(body);
    case 'weekly-summary':
      return weeklySummaryMail(body, reader);
    default:
      return body satisfies never;
  }
}
