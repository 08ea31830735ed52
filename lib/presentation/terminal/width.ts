// How many columns a text takes on a terminal. Colour codes take none, ideographs and emoji two.
import { stripVTControlCharacters } from 'node:util';

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });
const PLAIN = /^[\x20-\x7e]*$/;
const NOTHING = /^[\p{M}\p{Cf}\p{Cc}]+$/u;
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;

/** Columns of one line. */
export function widthOf(text: string): number {
  const bare = stripVTControlCharacters(text);
  if (PLAIN.test(bare)) return bare.length;
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(bare)) width += widthOfGrapheme(segment);
  return width;
}

/** Cuts plain text (no colour codes) to at most `max` columns, with an ellipsis where something was left out. */
export function cutTo(text: string, max: number): string {
  if (widthOf(text) <= max) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) {
    width += widthOfGrapheme(segment);
    if (width > max - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

function widthOfGrapheme(grapheme: string): number {
  if (NOTHING.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}
