// The two lists at the left: everybody one can be, and where that person can go.
import { directId } from '../channels.ts';
import type { SlackPerson } from '../person.ts';
import { maySee, type WorkspaceCore } from '../workspace-core.ts';
import { html, type Markup } from './markup.ts';
import { directWithApp, type Screen } from './screen.ts';

const maxShown = 100;

/** Everybody, those with unread messages from the app first. */
export function renderPeople({ core, person, search }: Screen): Markup {
  const needle = search.trim().toLowerCase();
  const rows = core.people
    .all()
    .filter(({ kind }) => kind !== 'bot')
    .filter(({ realName, handle, email }) =>
      `${realName} ${handle} ${email ?? ''}`.toLowerCase().includes(needle),
    )
    .map((each) => ({ each, unread: core.messages.unread(each.id, directId([core.app.botUserId, each.id])) }))
    .sort((a, b) => b.unread - a.unread || a.each.realName.localeCompare(b.each.realName));
  const waiting = rows.filter(({ unread }) => unread > 0).length;
  return html`<h2>Be somebody</h2>
<form class="search" method="get"><input type="search" id="search" name="q" value="${search}" placeholder="Find a person" aria-label="Find a person"></form>
<p class="note">${rows.length} people · ${waiting} with unread messages</p>
<ul>${rows.slice(0, maxShown).map(({ each, unread }) => renderPerson(each, unread, each.id === person.id, search))}</ul>
${rows.length > maxShown && html`<p class="note">${rows.length - maxShown} more: search for them.</p>`}`;
}

function renderPerson(each: SlackPerson, unread: number, current: boolean, search: string): Markup {
  const off = each.status === 'deactivated';
  const role = off
    ? 'deactivated'
    : each.kind === 'member'
      ? (each.title ?? 'member')
      : each.kind.replaceAll('-', ' ');
  const query = search === '' ? '' : `?q=${encodeURIComponent(search)}`;
  return html`<li><a href="/as/${each.id}${query}" ${current && html`aria-current="true"`} class="${off ? 'person off' : 'person'}">${renderAvatar(each.id, each.realName)}<span class="who"><b>${each.realName}</b><small>${role}</small></span>${badge(unread)}</a></li>`;
}

/** Where the person can go. */
export function renderPlaces({ core, person, place }: Screen): Markup {
  const direct = directWithApp(core, person.id);
  const at = (id: string) => place.kind === 'channel' && place.channel.id === id;
  const visible = core.channels.all().filter((channel) => maySee(core, person.id, channel.id));
  const entry = (href: string, icon: string, name: string, current: boolean, unread: number) =>
    html`<li><a href="/as/${person.id}/${href}" ${current && html`aria-current="page"`} class="${unread > 0 ? 'place unread' : 'place'}"><span aria-hidden="true">${icon}</span> ${name}${badge(unread)}</a></li>`;
  const rooms = visible
    .filter(({ kind }) => kind === 'public' || kind === 'private')
    .map((channel) =>
      entry(
        channel.id,
        channel.kind === 'private' ? '🔒' : '#',
        `${channel.name}${channel.archived ? ' (archived)' : ''}`,
        at(channel.id),
        core.messages.unread(person.id, channel.id),
      ),
    );
  const groups = visible
    .filter(({ kind, id }) => (kind === 'im' || kind === 'mpim') && id !== direct.id)
    .map((channel) =>
      entry(
        channel.id,
        '👥',
        membersOf(core, channel.members, person.id),
        at(channel.id),
        core.messages.unread(person.id, channel.id),
      ),
    );
  return html`<header><b>${core.team.name}</b><small>Stand-in for a Slack workspace, on this machine</small></header>
<h2>Apps</h2><ul>${entry(direct.id, '💬', core.app.name, at(direct.id), core.messages.unread(person.id, direct.id))}${entry('home', '⌂', `${core.app.name} home`, place.kind === 'home', 0)}</ul>
${rooms.length > 0 && html`<h2>Channels</h2><ul>${rooms}</ul>`}
${groups.length > 0 && html`<h2>Group messages</h2><ul>${groups}</ul>`}`;
}

/** A person's initials on one of eight colours. */
export function renderAvatar(id: string, name: string): Markup {
  const hue = Buffer.from(id).reduce((sum, byte) => sum + byte, 0) % 8;
  const initials = name
    .split(/\s+/)
    .map((word) => word[0] ?? '')
    .slice(0, 2)
    .join('');
  return html`<span class="avatar hue${hue}" aria-hidden="true">${initials}</span>`;
}

function membersOf(core: WorkspaceCore, members: readonly string[], self: string): string {
  return members
    .filter((id) => id !== self)
    .map((id) => (id === core.app.botUserId ? core.app.name : (core.people.get(id)?.realName ?? id)))
    .join(', ');
}

function badge(unread: number): Markup | false {
  return unread > 0 && html`<span class="badge" aria-label="${unread} unread">${unread}</span>`;
}
