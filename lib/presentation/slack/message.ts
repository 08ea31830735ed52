// Any message to one person, as Slack shows it.
import type { OutboundMessage } from '../../application/ports/messenger.ts';
import type { Reader } from '../wording.ts';
import type { SlackMessage } from './blocks.ts';
import type { Body } from './body.ts';
import { renderDelegation } from './delegation.ts';
import { renderDigest } from './digest.ts';
import { renderEscalation } from './escalation.ts';
import { renderApprovalList, renderRemovalList } from './lists.ts';
import {
  renderClaimWanted,
  renderFindings,
  renderOneTimeCode,
  renderReminder,
  renderRemovalNote,
  renderSecondApproval,
} from './notes.ts';
import { renderSampleWanted } from './sample-wanted.ts';
import { renderSecurityAnswer } from './security-answer.ts';
import { renderWeeklySummary } from './weekly-summary.ts';

/** Blocks within Slack's limits, and a text that stands alone. */
export function renderMessage({ body, to, now }: OutboundMessage): SlackMessage {
  const reader = { now, timeZone: to.timeZone };
  if ('removal' in body) return renderRemovalNote(body, reader);
  switch (body.purpose) {
    case 'digest':
    case 'switch-off-warning':
      return renderDigest({ dockets: body.dockets, warning: body.purpose === 'switch-off-warning' }, reader);
    case 'escalation':
      return renderEscalation(body, reader);
    case 'second-approval':
      return renderSecondApproval(body, reader);
    case 'exception-request':
    case 'exception-ending':
    case 'promise-reminder':
      return renderReminder(body, reader);
    case 'claim-wanted':
      return renderClaimWanted(body, reader);
    case 'one-time-code':
      return renderOneTimeCode(body);
    case 'findings':
      return renderFindings(body, reader);
    default:
      return renderOther(body, reader);
  }
}

type Other = Body<
  'removal-list' | 'approval-list' | 'sample-wanted' | 'delegation' | 'security-answer' | 'weekly-summary'
>;

function renderOther(body: Other, reader: Reader): SlackMessage {
  switch (body.purpose) {
    case 'removal-list':
      return renderRemovalList(body, reader);
    case 'approval-list':
      return renderApprovalList(body, reader);
    case 'sample-wanted':
      return renderSampleWanted(body, reader);
    case 'delegation':
      return renderDelegation(body, reader);
    case 'security-answer':
      return renderSecurityAnswer(body);
    case 'weekly-summary':
      return renderWeeklySummary(body, reader);
    default:
      return body satisfies never;
  }
}
