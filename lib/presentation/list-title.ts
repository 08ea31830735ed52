// What a list of news is called, in every channel.
import type { MessageBody, RemovalNews } from '../application/ports/messenger.ts';
import { countWords } from './wording.ts';

const WORDS: Readonly<Record<RemovalNews['what'], string>> = {
  'switched-off': 'switched off',
  held: 'held back',
  restored: 'on again',
};

/** How many were switched off, held back or are on again; of several, how many of those that are named. */
export function removalListTitle({
  news,
  more,
}: Pick<Extract<MessageBody, { purpose: 'removal-list' }>, 'news' | 'more'>): string {
  const titles = Object.entries(WORDS).flatMap(([what, words]) => {
    const count = news.filter((one) => one.what === what).length;
    if (count === 0) return [];
    return [`${countWords(count === news.length ? count + more : count, 'identity', 'identities')} ${words}`];
  });
  return titles.join(', ');
}
