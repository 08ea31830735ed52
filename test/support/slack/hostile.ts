// Names and sentences an attacker would choose.
import * as fc from 'fast-check';

const tricks = [
  '<!here>',
  '<!channel>',
  '<@U0ADA>',
  '<https://evil.example|approve here>',
  '*',
  '_',
  '~',
  '`',
  '```',
  '>',
  '&',
  '&amp;lt;',
  '\u202E',
  '\u2066',
  '\u200B',
  '\u2028',
  '\n',
  '\r\n',
  '\t',
  '\0',
  '\uFEFF',
  '\uD800',
  ':white_check_mark:',
  '@channel',
  '#general',
  'https://evil.example/',
  '🔑',
  '👩‍👩‍👧',
  'z̷̧̀́',
  'ａ',
  '  ',
  '{"campaignId":"x"}',
  '\'"|\\',
] as const;

/** Tricks, ordinary text and any Unicode, mixed. */
export const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...tricks),
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.string({ maxLength: 12 }),
    ),
    {
      maxLength: 40,
    },
  )
  .map((parts) => parts.join(''));

/** The same, at least one character long, as long as an identity's name may be. */
export const hostileName = hostileText.map((text) =>
  (text === '' ? '<!here>' : text).toWellFormed().slice(0, 1024).toWellFormed(),
);
