// The middle of the screen: a conversation, or the app's home tab.
import type { SlackChannel, SlackMessage } from '../message.ts';
import { microsOf } from '../timestamps.ts';
import { html, type Markup } from './markup.ts';
import { renderMrkdwn } from './mrkdwn.ts';
import { renderBlocks } from './render-blocks.ts';
import { drawingFor, type Screen } from './screen.ts';
import { renderAvatar } from './sidebar.ts';

const maxShown = 200;

/** The open place. */
export function renderPlace(screen: Screen): Markup {
  const { place, core } = screen;
  const title = place.kind === 'home' ? `${core.app.name} · Home` : titleOf(screen, place.channel);
  const body = place.kind === 'home' ? renderHome(screen) : renderConversation(screen, place.channel);
  const blocked = screen.person.status === 'deactivated';
  return html`<header><h1>${title}</h1><p>as ${screen.person.realName}</p></header>
${blocked && html`<p class="banner" role="status">This account is deactivated: ${screen.person.realName} cannot sign in, read or act. Messages still pile up here.</p>`}
<div class="${blocked ? 'log blocked' : 'log'}" id="log" ${blocked && html`inert`} ${place.kind === 'channel' && html`role="log" aria-live="polite" aria-label="${title}"`}>${body}</div>
${place.kind === 'channel' && !blocked && !place.channel.archived && renderComposer(screen, place.channel)}`;
}

function titleOf({ core }: Screen, channel: SlackChannel): string {
  if (channel.kind === 'im') return core.app.name;
  return `${channel.kind === 'private' ? '🔒 ' : '# '}${channel.name}`;
}

function renderHome(screen: Screen): Markup {
  const home = screen.core.views.home(screen.person.id);
  if (!home)
    return html`<p class="empty">${screen.core.app.name} has not published a home tab for ${screen.person.realName} yet.</p>`;
  const drawing = drawingFor(screen, `${screen.person.id} ${home.id}`);
  return html`<section class="home" data-surface="${JSON.stringify({ home: true })}">${renderBlocks(home.blocks, drawing)}</section>`;
}

function renderConversation(screen: Screen, channel: SlackChannel): Markup {
  const messages = screen.core.messages.in(channel.id, screen.person.id);
  if (messages.length === 0) return html`<p class="empty">Nothing here yet.</p>`;
  const shown = messages.slice(-maxShown);
  const older = messages.length - shown.length;
  let day = '';
  const lines = shown.map((stored) => {
    const today = dayOf(screen, stored.ts);
    const divider = today === day ? '' : html`<h2 class="day"><span>${today}</span></h2>`;
    day = today;
    return html`${divider}${renderMessage(screen, stored)}`;
  });
  return html`${older > 0 && html`<p class="note">${older} older messages are not shown.</p>`}${lines}`;
}

function renderMessage(screen: Screen, { channel, ts, message, onlyFor }: SlackMessage): Markup {
  const { core, person } = screen;
  const isApp = message.bot_id === core.app.botId;
  const name = isApp ? core.app.name : (core.people.get(message.user)?.realName ?? message.user);
  const drawing = drawingFor(screen, `${person.id} ${channel} ${ts}`);
  const said =
    message.blocks && message.blocks.length > 0
      ? renderBlocks(message.blocks, drawing)
      : html`<div class="block">${renderMrkdwn(message.text, drawing.names)}</div>`;
  const classes = [
    'message',
    ...(onlyFor ? ['ephemeral'] : []),
    ...(message.thread_ts && message.thread_ts !== ts ? ['reply'] : []),
  ];
  return html`<article class="${classes.join(' ')}" id="m-${ts}" data-surface="${JSON.stringify({ channel, ts })}">
${isApp ? html`<span class="avatar app" aria-hidden="true">${name[0]}</span>` : renderAvatar(message.user, name)}
<div class="body"><div class="by"><b>${name}</b>${isApp && html` <span class="tag">APP</span>`} <time>${timeOf(screen, ts)}</time>${message.edited && html` <small>(edited)</small>`}${renderShortcuts(screen)}</div>
${onlyFor && html`<p class="only">👁 Only visible to you</p>`}${said}</div></article>`;
}

function renderShortcuts({ core }: Screen): Markup | false {
  const shortcuts = core.app.shortcuts.filter(({ type }) => type !== 'global');
  if (shortcuts.length === 0) return false;
  const entries = shortcuts.map(
    ({ callbackId, name }) =>
      html`<li><button type="button" data-shortcut="${callbackId}">${name}</button></li>`,
  );
  return html`<details class="overflow more"><summary aria-label="Message shortcuts">⋯</summary><ul>${entries}</ul></details>`;
}

function renderComposer({ core }: Screen, channel: SlackChannel): Markup {
  const hints = core.app.commands.map(
    ({ command, usageHint, description }) =>
      html`<option value="${command}">${usageHint ?? ''} ${description}</option>`,
  );
  const example = core.app.commands[0]?.command;
  return html`<form class="composer" id="composer" data-channel="${channel.id}"><input id="composer-text" name="text" autocomplete="off" list="commands" aria-label="Message or slash command" placeholder="Write a message${example === undefined ? '' : `, or ${example}`}"><datalist id="commands">${hints}</datalist><button class="primary">Send</button></form>`;
}

function dayOf(screen: Screen, ts: string): string {
  return format(screen, ts, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
}

function timeOf(screen: Screen, ts: string): string {
  return format(screen, ts, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

function format({ person }: Screen, ts: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: person.timeZone }).format(
    microsOf(ts) / 1000,
  );
}
