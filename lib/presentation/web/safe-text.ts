// Text from identities made safe to show: it is attacker-controlled and may hide, reverse or forge what surrounds it.

/** What stands for a character that would be invisible or would reorder its neighbours. */
const HIDDEN_MARK = '\uFFFD';
const HIDDEN = /[\p{Cf}\p{Co}\p{Cs}\p{Cn}\u115F\u1160\u3164\u2800\uFFA0\uFFFC]/gu;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const ISOLATE = ['\u2068', '\u2069'] as const;

/**
 * One visible line: white space collapsed, control, bidi and invisible characters replaced by a visible mark, stacked
 * accents limited. Cut between code points to `max` of them.
 */
export function oneLine(text: string, max = 600): string {
  return clip(revealed(text.replaceAll(/\s+/gu, ' ')).trim(), max);
}

/** As {@link oneLine}, but line breaks stay (at most two in a row). */
export function paragraphs(text: string, max = 4000): string {
  const lines = text.split(/\r\n?|\n|\u2028|\u2029/u).map((line) => oneLine(line, max));
  return clip(
    lines
      .join('\n')
      .replaceAll(/\n{3,}/g, '\n\n')
      .trim(),
    max,
  );
}

/**
 * Keeps mail programs from turning a name into a link: a word joiner, which shows as nothing, breaks `https://` and
 * `www.`. Only links of ours may be clickable.
 */
export function unlinked(text: string): string {
  return text.replaceAll(/:(?=\/\/)/g, ':\u2060').replaceAll(/\b(www)\./gi, '$1\u2060.');
}

/** For plain text: right-to-left letters are isolated so that they cannot reorder the sentence around them. */
export function isolated(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `${ISOLATE[0]}${text}${ISOLATE[1]}` : text;
}

/** The subject of a mail. One line whatever goes in: a name cannot add a header (CWE-93). */
export function subjectLine(text: string): string {
  return oneLine(text, 120);
}

function revealed(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/\p{Cc}/gu, HIDDEN_MARK)
    .replaceAll(HIDDEN, HIDDEN_MARK)
    .replaceAll(/(\p{M}{3})\p{M}+/gu, '$1');
}

function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const points = Array.from(text);
  return points.length <= max
    ? text
    : `${points
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`;
}
