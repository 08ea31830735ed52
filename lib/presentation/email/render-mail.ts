// One message to one person as a mail: subject, plain text, HTML.
import type { MessageBody, OutboundMessage } from '../../application/ports/messenger.ts';
import { subjectLine } from '../web/safe-text.ts';
import type { Reader } from '../wording.ts';
import { claimWantedMail, reminderMail, secondApprovalMail } from './asking-mail.ts';
import { digestMail } from './digest-mail.ts';
import { escalationMail } from './escalation-mail.ts';
import type { MailContent, MailDocument } from './mail-document.ts';
import { renderHtml } from './mail-html.ts';
import { renderText } from './mail-text.ts';
import { removalMail } from './removal-mail.ts';
import { findingsMail, oneTimeCodeMail } from './short-mail.ts';

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
      return body satisfies never;
  }
}
