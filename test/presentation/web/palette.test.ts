import { describe, expect, test } from 'vitest';
import { DARK, LIGHT, type Palette } from '../../../lib/presentation/web/palette.ts';

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(colour: string): number {
  const channels = [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = channels.map((channel) =>
    channel <= 0.040_45 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function textPairs(palette: Palette): readonly (readonly [string, string, string])[] {
  const inks = ['ink', 'muted', 'link', 'good', 'bad'] as const;
  return [
    ...inks.flatMap((ink) => [
      [`${ink} on card`, palette[ink], palette.card] as const,
      [`${ink} on ground`, palette[ink], palette.ground] as const,
    ]),
    ['button', palette.button, palette.buttonInk],
    ...Object.entries(palette.tier).map(([tier, [ground, ink]]) => [tier, ground, ink] as const),
  ];
}

describe.each([
  ['light', LIGHT],
  ['dark', DARK],
])('the %s palette', (_, palette) => {
  test.each(textPairs(palette))('%s reaches AA', (_, a, b) => {
    expect(contrast(a, b)).toBeGreaterThanOrEqual(4.5);
  });
  test('outlines of fields reach 3 : 1', () => {
    expect(contrast(palette.muted, palette.card)).toBeGreaterThanOrEqual(3);
  });
});
