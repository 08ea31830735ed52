// Text safe to hand to Slack. Everything that comes from an identity is attacker-controlled.
const NAMELESS = '(no name)';
/** Breaks a token Slack would act on; shows as nothing. Only we put it in: the input's own are removed. */
const JOINER = '\u2060';

/**
 * Text for a `plain_text` object, where Slack reads no markup: one line; control, bidi and invisible characters removed,
 * white space collapsed, stacked marks limited, cut between code points so that `maxUnits` UTF-16 units suffice. Never
 * empty.
 */
export function plain(text: string, maxUnits: number): string {
  const spelled = visible(text).replaceAll(/:(?=[\w+'-]+:)/gu, `:${JOINER}`);
  return clip(spelled, maxUnits, (point) => point) || NAMELESS.slice(0, maxUnits);
}

/** A sentence for an `mrkdwn` object: nothing in it formats, links, mentions or becomes an emoji. Never longer than `maxUnits`. */
export function prose(text: string, maxUnits: number): string {
  const disarmed = visible(text)
    // Same width and near the same look; Slack's own markup has no escape character for these.
    .replaceAll('*', '∗')
    .replaceAll('~', '∼')
    .replaceAll('`', 'ˋ')
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '＿')
    .replaceAll(/:(?=[\w+'-]+:|\/\/)/gu, `:${JOINER}`)
    .replaceAll(/(?<![\p{L}\p{N}])[@#](?=\S)/gu, (sign) => `${sign}${JOINER}`);
  return clip(disarmed, maxUnits, escapePoint) || NAMELESS.slice(0, maxUnits);
}

/** A name as inline code for an `mrkdwn` object: shown letter by letter. Never longer than `maxUnits`. */
export function code(text: string, maxUnits: number): string {
  const inside = clip(visible(text).replaceAll('`', 'ˋ'), maxUnits - 2, escapePoint);
  return `\`${inside || NAMELESS}\``;
}

function visible(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Zs}]+/gu, ' ')
    .replaceAll(/[\p{Cf}\p{Co}\p{Cs}\p{Cn}\u115F\u1160\u3164\u2800\uFFA0\uFFFC]/gu, '')
    .replaceAll(/(\p{M}{3})\p{M}+/gu, '$1')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
}

function escapePoint(point: string): string {
  if (point === '&') return '&amp;';
  if (point === '<') return '&lt;';
  return point === '>' ? '&gt;' : point;
}

/** Cuts between code points, counting what each becomes, and ends with an ellipsis when something was left out. */
function clip(text: string, maxUnits: number, write: (point: string) => string): string {
  let whole = '';
  let room = '';
  for (const point of text) {
    const written = write(point);
    if (whole.length + written.length > maxUnits) return `${room.trimEnd()}…`;
    whole += written;
    if (whole.length <= maxUnits - 1) room = whole;
  }
  return whole;
}
