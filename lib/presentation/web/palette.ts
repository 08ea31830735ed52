// Colours of mails and pages. Every pair used for text reaches WCAG AA (4.5 : 1); a test measures it.
import type { RiskTier } from '../../domain/identity/risk-tier.ts';

/** Colours of one scheme. */
export interface Palette {
  readonly ground: string;
  readonly card: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly button: string;
  readonly buttonInk: string;
  readonly link: string;
  /** Ground and ink of the mark that names the tier. */
  readonly tier: Readonly<Record<RiskTier, readonly [ground: string, ink: string]>>;
  readonly good: string;
  readonly bad: string;
}

/** For light schemes, and for mail programs that know no scheme. */
export const LIGHT: Palette = {
  ground: '#f3f4f6',
  card: '#ffffff',
  ink: '#1b1f24',
  muted: '#57606a',
  line: '#d0d7de',
  button: '#0b57d0',
  buttonInk: '#ffffff',
  link: '#0b57d0',
  tier: {
    critical: ['#8f0d22', '#ffffff'],
    high: ['#ffdcd6', '#7d1205'],
    medium: ['#fff0c2', '#5f4200'],
    low: ['#dff3e4', '#11502a'],
  },
  good: '#116329',
  bad: '#a40e26',
};

/** For dark schemes. */
export const DARK: Palette = {
  ground: '#0d1117',
  card: '#161b22',
  ink: '#e6edf3',
  muted: '#a3adb8',
  line: '#3b434d',
  button: '#2563eb',
  buttonInk: '#ffffff',
  link: '#83b5ff',
  tier: {
    critical: ['#b3223a', '#ffffff'],
    high: ['#5c1a12', '#ffd9d2'],
    medium: ['#4d3a05', '#ffe7a3'],
    low: ['#12391f', '#b9edc8'],
  },
  good: '#7ee2a0',
  bad: '#ff9a8f',
};
