// The inbox's routes. It shows one-time codes, so it answers this machine's own names only and runs no script.
import { Hono } from 'hono';
import { type InboxFrame, type Mailbox, type MailView, renderMail, renderMailList } from './inbox-page.ts';
import { INBOX_STYLE } from './inbox-style.ts';
import type { Mail } from './mail.ts';
import type { MailStore } from './mail-store.ts';
import type { NodeBindings } from './ses-api.ts';

const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const MAIL_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

/** The app that answers under `/inbox`. */
export function inboxApp(store: MailStore): Hono<{ Bindings: NodeBindings }> {
  const app = new Hono<{ Bindings: NodeBindings }>();
  app.use('/inbox/*', async (c, next) => {
    // A page elsewhere whose name is made to resolve to 127.0.0.1 could otherwise read the mail (DNS rebinding).
    const host = (c.req.header('host') ?? '').replace(/:\d+$/, '');
    if (!['127.0.0.1', 'localhost', '[::1]'].includes(host))
      return c.text('Open the inbox as 127.0.0.1.', 421);
    await next();
    c.header('cache-control', 'no-store');
    c.header('referrer-policy', 'no-referrer');
    c.header('x-content-type-options', 'nosniff');
    if (!c.res.headers.has('content-security-policy')) c.header('content-security-policy', PAGE_POLICY);
    return undefined;
  });
  app.get('/', (c) => c.redirect('/inbox'));
  app.get('/inbox', (c) => {
    const frame = frameOf(store, undefined, c.req.query('q'));
    return c.html(renderMailList(frame, matching(store.mails(), frame)));
  });
  app.get('/inbox/style.css', (c) => c.body(INBOX_STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/inbox/mailbox/:address', (c) => {
    const frame = frameOf(store, c.req.param('address').toLowerCase(), c.req.query('q'));
    return c.html(renderMailList(frame, matching(store.mails(), frame)));
  });
  app.get('/inbox/mail/:messageId', (c) => {
    const mail = store.mail(c.req.param('messageId'));
    if (!mail) return c.notFound();
    return c.html(
      renderMail(frameOf(store, c.req.query('mailbox'), ''), mail, viewOf(mail, c.req.query('view'))),
    );
  });
  app.get('/inbox/mail/:messageId/html', (c) => {
    const mail = store.mail(c.req.param('messageId'));
    if (mail?.html === undefined) return c.notFound();
    c.header('content-security-policy', MAIL_POLICY);
    return c.html(openingLinksOutside(mail.html));
  });
  app.get('/inbox/messages.json', (c) => {
    const frame = frameOf(store, c.req.query('to')?.toLowerCase(), c.req.query('q'));
    return c.json(matching(store.mails(), frame));
  });
  return app;
}

function frameOf(store: MailStore, mailbox: string | undefined, search: string | undefined): InboxFrame {
  const counts = new Map<string, number>();
  for (const { recipients } of store.mails()) {
    for (const { address } of recipients) counts.set(address, (counts.get(address) ?? 0) + 1);
  }
  const mailboxes: Mailbox[] = [...counts]
    .map(([address, count]) => ({ address, count }))
    .sort((left, right) => left.address.localeCompare(right.address));
  return { mailboxes, mailbox, search: search ?? '' };
}

function matching(mails: readonly Mail[], { mailbox, search }: InboxFrame): Mail[] {
  const wanted = search.toLowerCase();
  return mails
    .filter((mail) => mailbox === undefined || mail.recipients.some(({ address }) => address === mailbox))
    .filter((mail) => `${mail.subject}\n${mail.text ?? ''}`.toLowerCase().includes(wanted))
    .reverse();
}

function viewOf(mail: Mail, asked: string | undefined): MailView {
  if (asked === 'headers') return 'headers';
  if (mail.html === undefined) return mail.text === undefined ? 'headers' : 'text';
  return asked === 'text' && mail.text !== undefined ? 'text' : 'html';
}

/** A first `<base target>` wins over any the mail brings, so a link cannot replace the inbox. */
function openingLinksOutside(html: string): string {
  const base = '<base target="_blank">';
  const head = /<head(?:\s[^>]*)?>/i.exec(html);
  if (head) {
    const end = head.index + head[0].length;
    return html.slice(0, end) + base + html.slice(end);
  }
  return /^\s*<!doctype/i.test(html)
    ? html.replace(/^\s*<!doctype[^>]*>/i, (doctype) => doctype + base)
    : `<!doctype html>${base}${html}`;
}
