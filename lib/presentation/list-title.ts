// What a list of news is called, in every channel.
import type { MessageBody } from '../application/ports/messenger.ts';
import { countWords } from './wording.ts';

/** How many were switched off, or held back; of both, how many of those that are named. */
export function removalListTitle({
  news,
  more,
}: Pick<Extract<MessageBody, { purpose: 'removal-list' }>, 'news' | 'more'>): string {
  const off = news.filter(({ what }) => what === 'switched-off').length;
  const held = news.length - off;
  const isMixed = off > 0 && held > 0;
  const words = (count: number, what: string) =>
    count > 0 ? [`${countWords(isMixed ? count : count + more, 'identity', 'identities')} ${what}`] : [];
  return [...words(off, 'switched off'), ...words(held, 'held back')].join(', ');
}
