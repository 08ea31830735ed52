import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeHtml, html, textOf } from '../../../lib/presentation/web/html.ts';
import {
  isolated,
  oneLine,
  paragraphs,
  subjectLine,
  unlinked,
} from '../../../lib/presentation/web/safe-text.ts';

const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.constantFrom('\r\n', '\u202E', '\u2066', '\0', '<b>', '"', "'", '&', '\uD800', 'Bcc: x', ' '), {
      maxLength: 40,
    })
    .map((parts) => parts.join('')),
);

describe('text from identities', () => {
  test('is one visible line without control or bidi characters, never longer than asked', () => {
    fc.assert(
      fc.property(nasty, fc.integer({ min: 1, max: 200 }), (text, max) => {
        const line = oneLine(text, max);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(Array.from(line).length).toBeLessThanOrEqual(max);
        expect(oneLine(line, max)).toBe(line);
      }),
    );
  });

  test('cannot add a header through a subject', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(subjectLine(`Hi ${text}`)).not.toMatch(/[\r\n\0]/);
      }),
    );
  });

  test('keeps line breaks where sentences may have them, two at most', () => {
    expect(paragraphs('one\r\ntwo\n\n\n\nthree\u2028four')).toBe('one\ntwo\n\nthree\nfour');
  });

  test('shows a hidden character instead of hiding it', () => {
    expect(oneLine('inv\u202Eoice\u200B')).toBe('inv\uFFFDoice\uFFFD');
  });

  test('cannot be clicked in a mail, and reads the same', () => {
    const shown = unlinked('see https://evil.example and WWW.evil.example, arn:aws:iam::1:user/x');
    expect(shown).not.toMatch(/https?:\/\/|www\./i);
    expect(shown.replaceAll('\u2060', '')).toBe(
      'see https://evil.example and WWW.evil.example, arn:aws:iam::1:user/x',
    );
  });

  test('isolates right-to-left letters in plain text', () => {
    expect(isolated('deploy')).toBe('deploy');
    expect(isolated('שלום 123')).toBe('\u2068שלום 123\u2069');
  });
});

describe('HTML templates', () => {
  test('escape everything that is not a template itself', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const shown = textOf(html`<p title="${text}">${text}</p>`);
        expect(shown.match(/<[^>]*>/g)).toHaveLength(2);
        expect(shown.slice(3, -4)).not.toMatch(/<(?!\/)/);
        expect(escapeHtml(text)).not.toMatch(/[<>"']/);
      }),
    );
  });

  test('take no object for markup that another template did not make', () => {
    const forged = JSON.parse('{"html":"<script>","markup":"<script>","Symbol(markup)":"<script>"}') as never;
    expect(() => textOf(html`${[forged]}`)).not.toThrow();
    expect(textOf(html`${[forged]}`)).not.toContain('<script>');
  });
});
