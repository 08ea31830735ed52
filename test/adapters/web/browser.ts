// A browser without a screen or scripts: keeps cookies, reads links and forms out of pages, submits forms.
import type { Hono } from 'hono';

/** One form of a page. */
export interface PageForm {
  readonly action: string;
  readonly method: string;
  /** Every successful control as the page came: hidden fields, texts, ticked boxes. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Radio buttons and check boxes, ticked or not. */
  readonly choices: readonly { readonly name: string; readonly value: string; readonly type: string }[];
  readonly texts: readonly { readonly name: string; readonly type: string }[];
  /** Where its submit buttons send it. */
  readonly actions: readonly string[];
}

/** A page as the browser has it. */
export interface Page {
  readonly status: number;
  readonly html: string;
  readonly headers: Headers;
  readonly forms: readonly PageForm[];
  readonly links: readonly string[];
}

const ORIGIN = 'https://countersign.example';

/** Opens a browser with an empty cookie jar. */
export function openBrowser(app: Hono) {
  const jar = new Map<string, string>();

  async function request(path: string, init: RequestInit = {}): Promise<Page> {
    const headers = new Headers(init.headers);
    if (jar.size > 0) headers.set('Cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await app.request(new URL(path, ORIGIN).href, { ...init, headers });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const html = await response.text();
    return {
      status: response.status,
      html,
      headers: response.headers,
      forms: formsIn(html),
      links: linksIn(html),
    };
  }

  return {
    jar,
    request,
    get: (path: string) => request(path),
    /** Submits the form with these values in place of, or besides, its own. */
    submit(form: PageForm, values: Readonly<Record<string, string>> = {}, action = form.action) {
      const body = new URLSearchParams();
      for (const [name, value] of form.fields) if (!(name in values)) body.append(name, value);
      for (const [name, value] of Object.entries(values)) body.append(name, value);
      return request(action, {
        method: form.method,
        body: body.toString(),
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Sec-Fetch-Site': 'same-origin' },
      });
    },
  };
}

export type Browser = ReturnType<typeof openBrowser>;

/** The form that goes to this path's end, or a test failure. */
export function formTo(page: Page, end: string): PageForm {
  const form = page.forms.find(({ action }) => action.endsWith(end));
  if (!form) throw new Error(`no form to ${end} on: ${page.html.slice(0, 400)}`);
  return form;
}

export function decode(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function attributes(tag: string): Map<string, string> {
  return new Map(
    [...tag.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, name = '', value = '']) => [name, decode(value)]),
  );
}

/** Every address a page or mail mentions: links, sources, form targets, bare text. */
export function linksIn(html: string): string[] {
  const named = [...html.matchAll(/\b(?:href|src|action|formaction|content)="([^"]*)"/g)].map(
    ([, url = '']) => decode(url),
  );
  const bare = [...html.matchAll(/https?:\/\/[^\s"'<>]+/g)].map(([url]) => decode(url));
  return [...new Set([...named, ...bare])].filter((url) => /^(?:https?:\/\/|\/)/.test(url));
}

function formsIn(html: string): PageForm[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head = '', body = '']) => {
    const form = attributes(head);
    const action = form.get('action') ?? '';
    const inputs = [...body.matchAll(/<input\b([^>]*)>/g)].map(([, tag = '']) => attributes(tag));
    const areas = [...body.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/g)].map(
      ([, tag = '', text = '']) => ({ name: attributes(tag).get('name') ?? '', text: decode(text) }),
    );
    const ticks = inputs.filter((input) => ['radio', 'checkbox'].includes(input.get('type') ?? ''));
    const plain = inputs.filter((input) => !ticks.includes(input));
    const pair = (input: Map<string, string>) => [input.get('name') ?? '', input.get('value') ?? ''] as const;
    const buttons = [...body.matchAll(/<button\b([^>]*)>/g)].map(([, tag = '']) => attributes(tag));
    return {
      action,
      method: (form.get('method') ?? 'get').toUpperCase(),
      fields: [
        ...plain.map(pair),
        ...areas.map(({ name, text }) => [name, text] as const),
        ...ticks.filter((input) => input.has('checked')).map(pair),
      ],
      choices: ticks.map((input) => ({
        name: input.get('name') ?? '',
        value: input.get('value') ?? '',
        type: input.get('type') ?? '',
      })),
      texts: [
        ...plain
          .filter((input) => input.get('type') !== 'hidden')
          .map((input) => ({ name: input.get('name') ?? '', type: input.get('type') ?? 'text' })),
        ...areas.map(({ name }) => ({ name, type: 'text' })),
      ],
      actions: buttons
        .filter((button) => button.get('type') !== 'reset')
        .map((button) => button.get('formaction') ?? action),
    };
  });
}
