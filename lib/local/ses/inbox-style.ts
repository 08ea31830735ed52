// The inbox's looks.

/** One stylesheet, light and dark, no font or image from elsewhere. */
export const INBOX_STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1c2430, #e8ecf2); --soft: light-dark(#566070, #a3adba);
  --page: light-dark(#f4f5f7, #14181e); --card: light-dark(#fff, #1d232b); --line: light-dark(#d9dde3, #343c47);
  --accent: light-dark(#0b57a4, #82b9f5); --tint: light-dark(#e6f0fa, #1f3349);
  --good: light-dark(#17663a, #7fd6a2); --warn: light-dark(#7a4b00, #f0c070); --bad: light-dark(#a11f1f, #ff9d97); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
a { color: var(--accent); }
a:focus-visible, input:focus-visible, button:focus-visible, iframe:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; }
header.top { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; padding: .75rem 1.5rem; background: var(--card); border-bottom: 1px solid var(--line); }
header.top h1 { font-size: 1.1rem; margin: 0; } header.top p { margin: 0; color: var(--soft); flex: 1; }
form.search { display: flex; gap: .5rem; } input, button { font: inherit; padding: .35rem .7rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--card); color: inherit; }
button { cursor: pointer; background: var(--tint); }
.panes { display: grid; grid-template-columns: minmax(13rem, 18rem) 1fr; gap: 1.5rem; padding: 1.5rem; max-width: 80rem; margin: 0 auto; }
@media (max-width: 45rem) { .panes { grid-template-columns: 1fr; padding: 1rem; } }
nav ul { list-style: none; margin: 0; padding: 0; } nav h2 { font-size: .85rem; color: var(--soft); margin: 0 0 .5rem; }
nav a { display: flex; justify-content: space-between; gap: .5rem; padding: .4rem .6rem; border-radius: .4rem; text-decoration: none; overflow-wrap: anywhere; }
nav a:hover { background: var(--tint); } nav a[aria-current] { background: var(--tint); font-weight: 600; } .count { color: var(--soft); font-variant-numeric: tabular-nums; }
main h2 { margin: 0 0 1rem; font-size: 1.25rem; overflow-wrap: anywhere; }
ol.mails { list-style: none; margin: 0; padding: 0; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; overflow: hidden; }
ol.mails li { position: relative; display: grid; grid-template-columns: 1fr auto; gap: .1rem 1rem; padding: .75rem 1rem; border-top: 1px solid var(--line); } ol.mails li:first-child { border-top: 0; } ol.mails li:hover { background: var(--tint); }
ol.mails a { font-weight: 600; text-decoration: none; color: var(--ink); overflow-wrap: anywhere; } ol.mails a::after { content: ''; position: absolute; inset: 0; }
ol.mails .who, time, .note { color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
.badge { font-size: .8rem; font-weight: 600; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .6rem; white-space: nowrap; justify-self: end; align-self: start; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
.empty { background: var(--card); border: 1px dashed var(--line); border-radius: .6rem; padding: 2rem; text-align: center; color: var(--soft); }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0 0 1rem; } dl.facts dt { color: var(--soft); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.tabs { display: flex; gap: .25rem; border-bottom: 1px solid var(--line); margin: 0 0 1rem; padding: 0; list-style: none; }
.tabs a { display: block; padding: .45rem 1rem; text-decoration: none; border-radius: .4rem .4rem 0 0; } .tabs a[aria-current] { background: var(--card); border: 1px solid var(--line); border-bottom-color: var(--card); margin-bottom: -1px; color: var(--ink); font-weight: 600; }
iframe { width: 100%; height: 70vh; resize: vertical; border: 1px solid var(--line); border-radius: .6rem; background: #fff; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere; font: .95rem/1.5 ui-monospace, monospace; margin: 0; }
table { width: 100%; border-collapse: collapse; background: var(--card); } th, td { text-align: left; vertical-align: top; padding: .4rem .8rem; border: 1px solid var(--line); overflow-wrap: anywhere; } th { white-space: nowrap; }
`;
