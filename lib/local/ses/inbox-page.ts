// The inbox as HTML: mailboxes, mails, one mail. Every value in a mail is attacker-controlled and escaped.
import { html } from 'hono/html';
import type { Mail, RecipientOutcome } from './mail.ts';

type Html = ReturnType<typeof html>;

/** One mailbox in the list. */
export interface Mailbox {
  readonly address: string;
  readonly count: number;
}

/** What a page shows around its content. */
export interface InboxFrame {
  readonly mailboxes: readonly Mailbox[];
  /** The mailbox looked at; undefined: all mail. */
  readonly mailbox: string | undefined;
  readonly search: string;
}

/** How a mail is looked at. */
export type MailView = 'html' | 'text' | 'headers';

const OUTCOME_WORDS: Readonly<Record<RecipientOutcome, readonly [string, 'good' | 'warn' | 'bad']>> = {
  delivered: ['Delivered', 'good'],
  complained: ['Marked as spam', 'bad'],
  'out-of-office': ['Out of office', 'warn'],
  bounced: ['Bounced', 'bad'],
  'bounced-transiently': ['Bounced, may be retried', 'warn'],
  suppressed: ['Suppressed, not sent', 'bad'],
  rejected: ['Rejected: bad content', 'bad'],
  'no-news': ['No delivery reported', 'warn'],
};

const LISTED = 300;

/** The list of mails, newest first; the newest 300 of them. */
export function renderMailList(frame: InboxFrame, mails: readonly Mail[]): Html {
  const title = frame.mailbox ?? 'All mail';
  const list =
    mails.length === 0
      ? html`<p class="empty">${frame.search === '' ? 'No mail yet. It appears here as soon as it is sent.' : 'No mail matches the search.'}</p>`
      : html`<ol class="mails">${mails.slice(0, LISTED).map((mail) => renderRow(frame, mail))}</ol>${mails.length > LISTED ? html`<p class="note">The newest ${LISTED} of ${mails.length}. Search to find others.</p>` : ''}`;
  return renderFrame(frame, title, html`<h2>${title}</h2>${list}`);
}

function renderRow(frame: InboxFrame, mail: Mail): Html {
  return html`<li>
    <a href="${mailHref(frame, mail)}">${mail.subject === '' ? '(no subject)' : mail.subject}</a>
    ${renderBadge(outcomeFor(mail, frame.mailbox))}
    <span class="who">${frame.mailbox === undefined ? `To ${mail.recipients.map(({ address }) => address).join(', ')}` : `From ${mail.from}`}</span>
    ${renderTime(mail)}
  </li>`;
}

/** One mail in one of its views. */
export function renderMail(frame: InboxFrame, mail: Mail, view: MailView): Html {
  const views: readonly (readonly [MailView, string, boolean])[] = [
    ['html', 'HTML', mail.html !== undefined],
    ['text', 'Plain text', mail.text !== undefined],
    ['headers', 'Headers', true],
  ];
  const tabs = views
    .filter(([, , exists]) => exists)
    .map(
      ([name, label]) =>
        html`<li><a href="${mailHref(frame, mail, name)}" ${name === view ? html`aria-current="page"` : ''}>${label}</a></li>`,
    );
  return renderFrame(
    frame,
    mail.subject,
    html`<h2>${mail.subject === '' ? '(no subject)' : mail.subject}</h2>
      <dl class="facts">
        <dt>From</dt><dd>${mail.from}</dd>
        <dt>To</dt><dd>${mail.recipients.map(({ address, outcome }) => html`${address} ${renderBadge(outcome)} `)}</dd>
        <dt>Sent</dt><dd>${renderTime(mail)}</dd>
        ${mail.attachments.length > 0 ? html`<dt>Attached</dt><dd>${mail.attachments.map(({ fileName, sizeBytes }) => `${fileName} (${sizeBytes} bytes)`).join(', ')}</dd>` : ''}
      </dl>
      <ul class="tabs" aria-label="Views of this mail">${tabs}</ul>
      ${renderView(mail, view)}`,
  );
}

function renderView(mail: Mail, view: MailView): Html {
  if (view === 'html') {
    return html`<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer"
        title="${`HTML of the mail: ${mail.subject}`}" src="/inbox/mail/${mail.messageId}/html"></iframe>
      <p class="note">Shown without scripts and without remote images. Links open in a new tab.</p>`;
  }
  if (view === 'text') return html`<pre>${linked(mail.text ?? '')}</pre>`;
  return html`<table><caption class="note">Message ${mail.messageId}</caption>
    <thead><tr><th scope="col">Header</th><th scope="col">Value</th></tr></thead>
    <tbody>${mail.headers.map(({ name, value }) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>`;
}

/** Plain text with its web addresses made into links. */
function linked(text: string): Html[] {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part, index) => {
    if (index % 2 === 0) return html`${part}`;
    const tail = /[.,;:!?)\]']+$/.exec(part)?.[0] ?? '';
    const href = part.slice(0, part.length - tail.length);
    return html`<a href="${href}" target="_blank" rel="noopener noreferrer">${href}</a>${tail}`;
  });
}

function renderFrame(frame: InboxFrame, title: string, content: Html): Html {
  const total = frame.mailboxes.reduce((sum, { count }) => sum + count, 0);
  const entry = (href: string, label: string, count: number, isCurrent: boolean): Html =>
    html`<li><a href="${href}" ${isCurrent ? html`aria-current="page"` : ''}><span>${label}</span><span class="count">${count}<span class="skip"> mails</span></span></a></li>`;
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – local inbox</title><link rel="stylesheet" href="/inbox/style.css"></head>
<body>
<a class="skip" href="#content">Skip to mail</a>
<header class="top"><h1>Local inbox</h1><p>Every mail sent on this machine ends here. Nothing leaves it.</p>
<form class="search" method="get" role="search" action="${frame.mailbox === undefined ? '/inbox' : mailboxHref(frame.mailbox)}">
<input type="search" name="q" value="${frame.search}" aria-label="Search subject and text"><button>Search</button></form></header>
<div class="panes">
<nav aria-labelledby="mailboxes"><h2 id="mailboxes">Mailboxes</h2><ul>
${entry('/inbox', 'All mail', total, frame.mailbox === undefined)}
${frame.mailboxes.map(({ address, count }) => entry(mailboxHref(address), address, count, frame.mailbox === address))}
</ul></nav>
<main id="content" tabindex="-1">${content}</main>
</div>
</body></html>`;
}

function renderBadge(outcome: RecipientOutcome): Html {
  const [words, tone] = OUTCOME_WORDS[outcome];
  return html`<span class="badge ${tone}">${words}</span>`;
}

function renderTime({ sentAt }: Mail): Html {
  const shown = new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  return html`<time datetime="${sentAt}">${shown.format(new Date(sentAt))} UTC</time>`;
}

function mailboxHref(address: string): string {
  return `/inbox/mailbox/${encodeURIComponent(address)}`;
}

function mailHref(frame: InboxFrame, mail: Mail, view?: MailView): string {
  const query = new URLSearchParams();
  if (frame.mailbox !== undefined) query.set('mailbox', frame.mailbox);
  if (view !== undefined) query.set('view', view);
  const text = query.toString();
  return `/inbox/mail/${mail.messageId}${text === '' ? '' : `?${text}`}`;
}

function outcomeFor(mail: Mail, mailbox: string | undefined): RecipientOutcome {
  const own = mail.recipients.find(({ address }) => address === mailbox)?.outcome;
  const worst = mail.recipients.find(({ outcome }) => outcome !== 'delivered')?.outcome;
  return own ?? worst ?? 'delivered';
}
