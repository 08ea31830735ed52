// Which notices ask somebody for their word on what another person did or the product holds back.
import type { NoticePurpose } from './notice.ts';

const ASKING: readonly NoticePurpose[] = [
  'second-approval',
  'exception-request',
  'held',
  'manual-task',
  'approval-list',
  'sample-wanted',
];

/** Whether something waits for the person a notice of this purpose went to. */
export function asksForWord(purpose: NoticePurpose): boolean {
  return ASKING.includes(purpose);
}
