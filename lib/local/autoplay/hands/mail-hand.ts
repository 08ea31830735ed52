// A person who has only mail: opens the link, asks for a code, reads it in the next mail and sends the form, all as a
// browser would.
import type { Person } from '../../../domain/review/person.ts';
import type { LocalStack } from '../../stack.ts';
import type { FormFields } from '../part.ts';

/** An answer on the review page. */
export interface MailAnswer {
  readonly campaignId: string;
  readonly identityKey: string;
  readonly verdict: string;
  readonly reason: string;
  readonly fields: FormFields;
}

/** One person with a mailbox and a browser. */
export interface MailHand {
  /** Whether mail came since the last visit. */
  hasNews(): boolean;
  /** Opens the newest link; the items that can be answered there. Undefined when no mail has one. */
  look(): Promise<readonly { readonly campaignId: string; readonly identityKey: string }[] | undefined>;
  /** Sends answers with a fresh code. Returns what the page said was wrong, or undefined. */
  answer(answers: readonly MailAnswer[]): Promise<string | undefined>;
  leave(): void;
}

interface Page {
  readonly status: number;
  readonly text: string;
}

/** The hand of a person who reads mail. */
export function mailHand(stack: LocalStack, person: Person): MailHand {
  let seen = 0;
  let link: string | undefined;
  let cookie = '';
  const mails = () => stack.ses.messages({ to: person.email });

  const browse = async (url: string, form?: URLSearchParams): Promise<Page> => {
    const response = await fetch(url, {
      ...(form ? { method: 'POST', body: form } : {}),
      headers: { ...(cookie === '' ? {} : { cookie }), 'sec-fetch-site': 'same-origin' },
    });
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return { status: response.status, text: await response.text() };
  };

  /** Asks for a code: gives the answer form, and the code out of the mail that came. */
  const askForCode = async (url: string) => {
    const page = await browse(url);
    const before = mails().length;
    const form = await browse(`${url}/code`, new URLSearchParams(hiddenIn(page.text)));
    await stack.functions.drain();
    await stack.ses.settled();
    const mail = mails()
      .slice(before)
      .find(({ text }) => codeIn(text) !== undefined);
    return { form, code: codeIn(mail?.text) };
  };

  return {
    hasNews: () => mails().length > seen,
    async look() {
      link = mails()
        .map(({ text }) => linkIn(text, stack.web.url))
        .findLast((found) => found !== undefined);
      if (link === undefined) return undefined;
      const { form } = await askForCode(link);
      return [...form.text.matchAll(/name="snapshot\.([a-z0-9-]+)\.([a-z2-7]{26})"/g)].map(
        ([, campaignId = '', identityKey = '']) => ({ campaignId, identityKey }),
      );
    },
    async answer(answers) {
      if (link === undefined) return 'there is no link';
      const { form, code } = await askForCode(link);
      if (code === undefined) return 'no code came';
      const fields = new URLSearchParams(hiddenIn(form.text));
      for (const { campaignId, identityKey, verdict, reason, fields: more } of answers) {
        const name = (field: string) => `${field}.${campaignId}.${identityKey}`;
        fields.set(name('verdict'), verdict);
        fields.set(name('reason'), reason);
        for (const [field, value] of Object.entries(more)) {
          for (const one of [value].flat()) fields.append(name(field), one);
        }
      }
      fields.set('code', code);
      const result = await browse(`${link}/decide`, fields);
      await stack.functions.drain();
      return result.status === 200 ? undefined : `the page answered ${result.status}`;
    },
    leave() {
      seen = mails().length;
    },
  };
}

/** The hidden inputs of a page, as a browser would send them. */
function hiddenIn(page: string): [string, string][] {
  return [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(
    ([, name = '', value = '']): [string, string] => [unescapeHtml(name), unescapeHtml(value)],
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

function unescapeHtml(text: string): string {
  return text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}

function linkIn(text: string | undefined, webUrl: string): string | undefined {
  const start = text?.indexOf(`${webUrl}/review/`) ?? -1;
  if (text === undefined || start < 0) return undefined;
  return /^[^\s<>"]+/.exec(text.slice(start))?.[0];
}

function codeIn(text: string | undefined): string | undefined {
  const found = /\b(\d{3})[ \u00A0]?(\d{3})\b/.exec(text ?? '');
  return found ? `${found[1]}${found[2]}` : undefined;
}
