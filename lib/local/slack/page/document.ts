// The whole page, and the modal on top of it.

import { renderPlace } from './conversation.ts';
import { html, type Markup } from './markup.ts';
import { renderBlocks } from './render-blocks.ts';
import { drawingFor, type Screen } from './screen.ts';
import { renderPeople, renderPlaces } from './sidebar.ts';

/** The regions of a screen, each replaceable on its own when something changes. */
export interface ScreenParts {
  readonly people: string;
  readonly places: string;
  readonly main: string;
  readonly modal: string;
  readonly title: string;
}

/** Draws every region of a screen. */
export function renderParts(screen: Screen): ScreenParts {
  return {
    people: renderPeople(screen).html,
    places: renderPlaces(screen).html,
    main: renderPlace(screen).html,
    modal: renderModal(screen).html,
    title: `${screen.person.realName} · ${screen.core.team.name}`,
  };
}

/** The page; everything works from the server's markup, client.js only sends acts and swaps regions. */
export function renderDocument(screen: Screen): string {
  const { people, places, main, modal, title } = renderParts(screen);
  const at = screen.place.kind === 'home' ? 'home' : screen.place.channel.id;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="icon" href="/assets/icon.svg"><link rel="stylesheet" href="/assets/style.css"><script src="/assets/client.js" defer></script></head>
<body data-user="${screen.person.id}" data-at="${at}" data-search="${screen.search}">
<a class="skip" href="#main">Skip to the conversation</a>
<nav id="people" class="people" aria-label="People one can be">${{ html: people }}</nav>
<nav id="places" class="places" aria-label="Conversations">${{ html: places }}</nav>
<main id="main" tabindex="-1">${{ html: main }}</main>
<div id="modal">${{ html: modal }}</div>
<dialog id="confirm" aria-labelledby="confirm-title"><form method="dialog"><h2 id="confirm-title"></h2><p></p><div class="foot"><button value="deny" class="plain"></button><button value="confirm" class="primary"></button></div></form></dialog>
<p id="toast" role="status" aria-live="assertive" hidden></p>
</body></html>`;
  return page.html;
}

/** The visible modal of the person, or nothing. */
function renderModal(screen: Screen): Markup {
  const { core, person } = screen;
  const stack = core.views.stack(person.id);
  const open = stack.at(-1);
  if (!open || person.status === 'deactivated') return html``;
  const { view, answers, errors, warning } = open;
  const drawing = drawingFor(screen, `${person.id} ${view.id}`, { answers, errors });
  const back = stack.length > 1 ? 'Back' : 'Cancel';
  return html`<dialog aria-labelledby="modal-title" data-view="${view.id}" data-hash="${view.hash}" data-surface="${JSON.stringify({ viewId: view.id })}"><form>
<header><span class="avatar app" aria-hidden="true">${core.app.name[0]}</span><h2 id="modal-title">${view.title?.text}</h2><button type="button" data-close aria-label="Close">×</button></header>
<div class="inside">${warning !== undefined && html`<p class="error" role="alert">⚠️ ${warning}</p>`}${renderBlocks(view.blocks, drawing)}</div>
<div class="foot"><button type="button" class="plain" data-close>${view.close?.text ?? back}</button>${view.submit ? html`<button class="primary" type="submit">${view.submit.text}</button>` : ''}</div>
</form></dialog>`;
}
