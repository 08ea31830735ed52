// The review page: read by link, answered with a one-time code from the same browser.
import { type Context, Hono } from 'hono';
import { InvalidInputError, RefusedError } from '../../domain/errors.ts';
import { renderAnswerPage } from '../../presentation/web/answer-page.ts';
import { type DeskPage, type FormTarget, renderDocketPage } from '../../presentation/web/docket-page.ts';
import { renderProblemPage } from '../../presentation/web/problem-page.ts';
import { renderResultPage } from '../../presentation/web/result-page.ts';
import type { BrowserCookie } from './browser-cookie.ts';
import { linkToken } from './link-token.ts';
import { type ReadAnswers, readAnswers, typedFrom } from './read-answers.ts';
import { readDesk } from './read-desk.ts';
import { recordAnswers } from './record-answers.ts';
import type { WebAppDeps } from './web-app-deps.ts';

type Deps = WebAppDeps & { readonly browsers: BrowserCookie };

/** A form that was opened in the browser that sent it. */
interface OurForm extends FormTarget {
  readonly token: string;
  readonly browser: string;
  readonly fields: URLSearchParams;
}

/** Routes below `/review`. */
export function reviewRoutes(deps: Deps): Hono {
  const { links, actions, browsers } = deps;
  const routes = new Hono();

  routes.get('/:token', async (c) => {
    const token = linkToken(c);
    const desk = await readDesk(actions, await links.reader(token));
    const browser = browsers.know(c);
    return c.html(renderDocketPage(desk, targetOf(deps, token, browser)));
  });

  routes.post('/:token/code', async (c) => {
    const form = await ourForm(deps, c);
    if (!form) return foreign(c);
    const person = await links.reader(form.token);
    const { codeId } = await links.askForCode(form.token, form.browser);
    const typed = typedFrom(form.fields);
    return c.html(renderAnswerPage(await readDesk(actions, person), { ...form, codeId, typed }));
  });

  routes.post('/:token/decide', async (c) => {
    const form = await ourForm(deps, c);
    if (!form) return foreign(c);
    return decide(deps, c, form);
  });

  return routes;
}

/** Everything that can be wrong is looked at before the code is, so that a slip of the pen does not use it up. */
async function decide(deps: Deps, c: Context, form: OurForm): Promise<Response> {
  const { links, actions } = deps;
  const desk = await readDesk(actions, await links.reader(form.token));
  const answers = readAnswers(form.fields, desk);
  const problem = problemIn(answers);
  if (problem !== undefined) return again(c, desk, form, problem, 422, answers.problems);
  const codeId = one(form.fields, 'code-id', 64);
  const code = one(form.fields, 'code', 32);
  try {
    const who = await links.checkCode({ token: form.token, browser: form.browser, codeId, code });
    const results = await recordAnswers(actions, { who, codeId, acts: answers.acts });
    return c.html(renderResultPage(results, form.path), results.some(({ recorded }) => recorded) ? 200 : 409);
  } catch (error) {
    if (!(error instanceof RefusedError) || !['WRONG_CODE', 'EXPIRED'].includes(error.code)) throw error;
    return again(c, desk, form, error.message, 403, new Map([['code', error.message]]));
  }
}

function problemIn({ acts, problems, missing }: ReadAnswers): string | undefined {
  if (problems.size > 0)
    return 'Nothing was recorded yet: some answers need another look. They are marked below.';
  if (missing > 0) {
    return 'Some of what you answered does not wait for your answer any more: it was answered already (perhaps you pressed the button twice, then the first press counted), or it went to somebody else. The rest is still below; nothing more was recorded.';
  }
  return acts.length === 0 ? 'Nothing was recorded: no answer was chosen.' : undefined;
}

/** The form once more, with everything that was typed but the code. */
function again(
  c: Context,
  desk: DeskPage,
  form: OurForm,
  problem: string,
  status: 403 | 422,
  problems: ReadonlyMap<string, string>,
): Response | Promise<Response> {
  const typed = typedFrom(form.fields, problems);
  const codeId = form.fields.get('code-id') ?? '';
  return c.html(renderAnswerPage(desk, { ...form, codeId, typed, problem }), status);
}

function targetOf({ browsers }: Deps, token: string, browser: string): FormTarget {
  return { path: `/review/${token}`, formToken: browsers.formToken(browser, token) };
}

/**
 * The form, when this browser has our cookie and the form carries the token of this cookie and link. Anything else comes
 * from another site, another browser, or a program (CWE-352).
 */
async function ourForm(deps: Deps, c: Context): Promise<OurForm | undefined> {
  const token = linkToken(c);
  const browser = deps.browsers.read(c);
  const site = c.req.header('Sec-Fetch-Site');
  if (browser === undefined || (site !== undefined && site !== 'same-origin')) return undefined;
  if (!/^application\/x-www-form-urlencoded\b/i.test(c.req.header('Content-Type') ?? '')) return undefined;
  const fields = new URLSearchParams(await c.req.text());
  if (!deps.browsers.isOurs(browser, token, fields.get('form') ?? '')) return undefined;
  return { ...targetOf(deps, token, browser), token, browser, fields };
}

function foreign(c: Context): Response | Promise<Response> {
  const text =
    'This form was not opened in this browser, or cookies are off, or the page is too old. Nothing was recorded. Please open the link in your mail again and answer there.';
  return c.html(renderProblemPage('Please open the page again', text), 403);
}

function one(fields: URLSearchParams, name: string, max: number): string {
  const values = fields.getAll(name);
  const [value = ''] = values;
  if (values.length > 1 || value.length > max) {
    throw new InvalidInputError({
      code: 'MALFORMED_REQUEST',
      message: `The form's "${name}" cannot be read.`,
    });
  }
  return value;
}
