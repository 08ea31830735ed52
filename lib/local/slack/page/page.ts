// The page's routes: screens, their regions, a live stream of changes, and the acts people do.
import { readFileSync } from 'node:fs';
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import * as z from 'zod';
import { InvalidInputError, RefusedError } from '../../../domain/errors.ts';
import { actAs } from '../driver.ts';
import type { ActOutcome } from '../interactions/outcome.ts';
import type { WorkspaceCore } from '../workspace-core.ts';
import { renderDocument, renderParts } from './document.ts';
import { openScreen } from './screen.ts';

const Answer = z.union([z.string(), z.array(z.string()), z.null()]);
const Answers = z.record(z.string(), z.record(z.string(), Answer));

const Act = z.discriminatedUnion('act', [
  z.object({
    act: z.literal('click'),
    channel: z.string().optional(),
    ts: z.string().optional(),
    viewId: z.string().optional(),
    home: z.boolean().optional(),
    actionId: z.string(),
    blockId: z.string().optional(),
    value: Answer.optional(),
    answers: Answers.optional(),
  }),
  z.object({ act: z.literal('submit'), viewId: z.string(), answers: Answers }),
  z.object({ act: z.literal('close'), viewId: z.string() }),
  z.object({ act: z.literal('home') }),
  z.object({ act: z.literal('write'), channel: z.string(), text: z.string().min(1).max(12_000) }),
  z.object({ act: z.literal('shortcut'), callbackId: z.string(), channel: z.string(), ts: z.string() }),
  z.object({ act: z.literal('read'), channel: z.string() }),
]);
type Act = z.infer<typeof Act>;

const assets: Readonly<Record<string, { readonly type: string; readonly body: string }>> = {
  'client.js': { type: 'text/javascript; charset=utf-8', body: readAsset('client.js') },
  'style.css': { type: 'text/css; charset=utf-8', body: readAsset('style.css') },
  'icon.svg': {
    type: 'image/svg+xml',
    body: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#155e63"/><path d="M4 5h8v5H8l-3 2v-2H4z" fill="#fff"/></svg>',
  },
};

/** The page as a Hono app, to be mounted at `/`. */
export function page(core: WorkspaceCore): Hono {
  const app = new Hono();
  app.get('/', (c) => {
    const first = core.people.all().find(({ status, kind }) => status === 'active' && kind !== 'bot');
    return first ? c.redirect(`/as/${first.id}`) : c.text('Nobody is in this workspace.', 404);
  });
  app.get('/assets/:name', (c) => {
    const asset = assets[c.req.param('name')];
    return asset ? c.body(asset.body, 200, { 'content-type': asset.type }) : c.notFound();
  });
  app.get('/archives/:channel/:anchor', (c) =>
    followPermalink(core, c, c.req.param('channel'), c.req.param('anchor')),
  );
  app.get('/as/:user/live', (c) => streamChanges(core, c));
  app.get('/as/:user/parts', (c) => {
    const screen = openScreen(core, c.req.param('user'), c.req.query('at'), c.req.query('q') ?? '');
    return screen ? c.json(renderParts(screen)) : c.notFound();
  });
  app.post('/as/:user/act', (c) => takeAct(core, c, c.req.param('user')));
  app.get('/as/:user/:at?', (c) => {
    const screen = openScreen(core, c.req.param('user'), c.req.param('at'), c.req.query('q') ?? '');
    return screen ? c.html(renderDocument(screen)) : c.text('No such person, or nothing they may see.', 404);
  });
  return app;
}

async function takeAct(core: WorkspaceCore, c: Context, user: string): Promise<Response> {
  const parsed = Act.safeParse(await c.req.json().catch(() => undefined));
  if (!parsed.success) return c.json({ refused: z.prettifyError(parsed.error) }, 400);
  try {
    const outcome = await perform(core, user, parsed.data);
    return c.json({ warning: outcome?.warning, acknowledgement: outcome?.acknowledgement });
  } catch (refused) {
    if (refused instanceof RefusedError || refused instanceof InvalidInputError)
      return c.json({ refused: refused.message }, 409);
    throw refused;
  }
}

async function perform(core: WorkspaceCore, user: string, act: Act): Promise<ActOutcome | undefined> {
  const person = actAs(core, user);
  switch (act.act) {
    case 'click':
      return person.click(withoutUndefined(act));
    case 'submit':
      return person.submit(act.viewId, act.answers);
    case 'close':
      return person.closeView(act.viewId);
    case 'home':
      return person.openHome();
    case 'write': {
      const [, command, text] = /^(\/\S+)\s*([\s\S]*)$/.exec(act.text) ?? [];
      return command === undefined
        ? person.say(act.text, act.channel)
        : person.command(command, text, act.channel);
    }
    case 'shortcut':
      return person.shortcut(act.callbackId, act);
    case 'read':
      person.markRead(act.channel);
      return undefined;
  }
}

/** Permalinks lead to the message as its first reader sees it. */
function followPermalink(core: WorkspaceCore, c: Context, channelId: string, anchor: string): Response {
  const channel = core.channels.get(channelId);
  const reader = channel?.members.find((id) => core.people.get(id));
  const [, seconds, micros] = /^p(\d+)(\d{6})$/.exec(anchor) ?? [];
  return reader && seconds
    ? c.redirect(`/as/${reader}/${channelId}#m-${seconds}.${micros}`)
    : c.text('No such message.', 404);
}

function streamChanges(core: WorkspaceCore, c: Context): Response {
  return streamSSE(c, async (stream) => {
    const tell = () => void stream.writeSSE({ event: 'changed', data: String(core.changes.revision()) });
    const unsubscribe = core.changes.subscribe(tell);
    stream.onAbort(unsubscribe);
    tell();
    while (!stream.aborted)
      await stream.sleep(15_000).then(() => stream.writeSSE({ event: 'alive', data: '' }));
    unsubscribe();
  });
}

type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Defined<T>;
}

function readAsset(name: string): string {
  return readFileSync(new URL(`./${name}`, import.meta.url), 'utf8');
}
