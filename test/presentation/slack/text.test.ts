import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { code, plain, prose } from '../../../lib/presentation/slack/text.ts';
import { hostileText } from '../../support/slack/hostile.ts';

describe('text from identities', () => {
  it('cannot mention, link, format or draw an emoji', () => {
    expect(prose('<!here> <@U1> <https://evil.example|fine>', 200)).toBe(
      '&lt;!here&gt; &lt;@\u2060U1&gt; &lt;https:\u2060//evil.example|fine&gt;',
    );
    expect(prose('*bold* _it_ ~no~ `code`', 200)).toBe('∗bold∗ ＿it＿ ∼no∼ ˋcodeˋ');
    expect(prose(':white_check_mark: approved by @channel in #general', 200)).toBe(
      ':\u2060white_check_mark: approved by @\u2060channel in #\u2060general',
    );
  });

  it('stays readable where it means no harm', () => {
    expect(prose('deploy_bot for ada@acme.example at 10:30', 200)).toBe(
      'deploy_bot for ada@acme.example at 10:30',
    );
    expect(code('arn:aws:iam::1:user/a_b*', 200)).toBe('`arn:aws:iam::1:user/a_b*`');
  });

  it('loses control, bidi and invisible characters, and line breaks', () => {
    expect(plain('a\u202Eb\u2066c\u200Bd\n> e\u0000', 100)).toBe('abcd > e');
    expect(plain('\u202E\u200B \u2800', 75)).toBe('(no name)');
    expect(plain(`z${'\u0301'.repeat(50)}`, 100).length).toBeLessThanOrEqual(5);
  });

  it('is cut between code points and within the limit, escapes counted', () => {
    expect(plain('🔑🔑🔑', 5)).toBe('🔑🔑…');
    expect(prose('&&&&', 11)).toBe('&amp;&amp;…');
    expect(prose('&&', 10)).toBe('&amp;&amp;');
  });

  it('is harmless whatever it is', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 12, max: 300 }), (text, max) => {
        const said = prose(text, max);
        const named = code(text, max);

        for (const each of [said, named]) {
          expect(each.length).toBeLessThanOrEqual(max);
          expect(each).not.toMatch(/[<>\n\r\u202A-\u202E\u2066-\u2069\u200B]/u);
          expect(each.replaceAll(/&(amp|lt|gt);/g, '')).not.toContain('&');
          expect(each.isWellFormed()).toBe(true);
        }
        expect(said).not.toMatch(/[*~`]|(^|\s)_|_(\s|$)|:[\w+'-]+:|(^|\s)[@#]\w|:\/\//u);
        expect(named.slice(1, -1)).not.toContain('`');
        expect(plain(text, max).length).toBeLessThanOrEqual(max);
      }),
      { numRuns: 500 },
    );
  });
});
