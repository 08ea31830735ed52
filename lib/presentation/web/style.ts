// The pages' style sheet: one column, large targets, both schemes, no pictures, no fonts to fetch.
import { DARK, LIGHT, type Palette } from './palette.ts';

function variables(palette: Palette): string {
  const plain = [
    `--ground:${palette.ground}`,
    `--card:${palette.card}`,
    `--ink:${palette.ink}`,
    `--muted:${palette.muted}`,
    `--line:${palette.line}`,
    `--button:${palette.button}`,
    `--button-ink:${palette.buttonInk}`,
    `--link:${palette.link}`,
    `--good:${palette.good}`,
    `--bad:${palette.bad}`,
  ];
  const tiers = Object.entries(palette.tier).map(
    ([tier, [ground, ink]]) => `--${tier}:${ground};--${tier}-ink:${ink}`,
  );
  return [...plain, ...tiers].join(';');
}

/** The style sheet, sent inside the page; the page's policy allows exactly these bytes. */
export const STYLE = `:root{color-scheme:light dark;${variables(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${variables(DARK)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.5 -apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;overflow-wrap:anywhere}
main,footer{max-width:46rem;margin:0 auto;padding:1rem}
header{max-width:46rem;margin:0 auto;padding:1rem 1rem 0;color:var(--muted);font-weight:600}
footer{color:var(--muted);font-size:.875rem;padding-bottom:3rem}
h1{font-size:1.5rem;line-height:1.25;margin:.25rem 0 .75rem}
h2{font-size:1.2rem;line-height:1.3;margin:2rem 0 .5rem}
h3,legend{font-size:1.05rem;font-weight:600;line-height:1.35;margin:0;padding:0}
p{margin:0 0 .75rem}
a{color:var(--link)}
code{font-family:Consolas,Menlo,monospace;font-size:.9em}
article,fieldset,.panel{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:1rem;margin:0 0 1rem;min-width:0}
legend{float:left;width:100%;margin-bottom:.25rem}
legend + *{clear:both}
.muted{color:var(--muted)}
.question{font-weight:600}
.tier{display:inline-block;border-radius:1rem;padding:0 .6rem;font-weight:600;font-size:.875rem}
.tier-critical{background:var(--critical);color:var(--critical-ink)}
.tier-high{background:var(--high);color:var(--high-ink)}
.tier-medium{background:var(--medium);color:var(--medium-ink)}
.tier-low{background:var(--low);color:var(--low-ink)}
dl{margin:0 0 .75rem;display:grid;grid-template-columns:minmax(6.5rem,max-content) 1fr;gap:.3rem .9rem}
dt{color:var(--muted)}
dd{margin:0}
details{margin:0 0 .75rem}
summary{cursor:pointer;color:var(--link);padding:.35rem 0}
details h4{font-size:.95rem;margin:.75rem 0 .25rem}
label{display:block}
.choices label,.choice{display:flex;gap:.6rem;align-items:flex-start;padding:.55rem 0}
.choices{margin:0 0 .5rem}
input[type=radio],input[type=checkbox]{width:1.25rem;height:1.25rem;margin:.15rem 0 0;flex:none;accent-color:var(--button)}
input[type=text],input[type=date],textarea{width:100%;font:inherit;color:inherit;background:var(--card);border:1px solid var(--muted);border-radius:.35rem;padding:.55rem .65rem}
textarea{min-height:3.5rem;resize:vertical}
.field{margin:0 0 .75rem}
.sub{margin:0 0 .5rem 1.85rem}
.code input{max-width:14rem;font-size:1.5rem;letter-spacing:.2em;font-family:Consolas,Menlo,monospace}
button{font:inherit;font-weight:600;color:var(--button-ink);background:var(--button);border:1px solid var(--button);border-radius:.4rem;padding:.7rem 1.2rem;cursor:pointer;min-height:2.75rem}
button.plain{color:var(--link);background:transparent;border-color:var(--muted)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.error{color:var(--bad);font-weight:600}
.notice{border-left:.4rem solid var(--bad)}
.good{color:var(--good);font-weight:600}
ul{padding-left:1.2rem;margin:0 0 .75rem}
li{margin:0 0 .35rem}
@media (max-width:30rem){dl{grid-template-columns:1fr;gap:0}dd{margin:0 0 .5rem}button{width:100%;margin-bottom:.5rem}}
@media print{button,.ask{display:none}}
`;
