// The inventory from files: each is recognised by its content, not by its name. Nothing is called.
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type * as z from 'zod';
import { InvalidInputError } from '../../domain/errors.ts';
import {
  AccountSummary,
  AuthorizationPage,
  CredentialReportFile,
  ServiceSpecificCredential,
} from './schema.ts';
import { type DetailPages, having, type IamSource, missing, type ReportInput } from './source.ts';

interface Recognised {
  readonly reports: ReportInput[];
  readonly pages: AuthorizationPage[];
  readonly summaries: AccountSummary[];
  readonly serviceSpecific: ServiceSpecificCredential[][];
}

/** Makes a source that reads the files. @throws InvalidInputError from its methods, naming file and field. */
export function createFileSource(files: readonly string[]): IamSource {
  let read: Promise<Recognised> | undefined;
  const all = (): Promise<Recognised> => {
    read ??= recogniseAll(files);
    return read;
  };
  return {
    caller: async () => ({ account: undefined, arn: undefined }),
    async details() {
      const { pages } = await all();
      if (pages.length === 0)
        return missing('no authorization details given: roles, tags and policies are unknown');
      return having<DetailPages>({ pages, complete: true });
    },
    async serviceSpecific() {
      const { serviceSpecific } = await all();
      if (serviceSpecific.length > 0) return having(serviceSpecific.flat());
      return missing('service-specific credentials not given, and the credential report omits them');
    },
    async reports() {
      const { reports } = await all();
      if (reports.length > 0) return having(reports);
      return missing('no credential report given: keys, console access and last use are unknown');
    },
    async summary() {
      const [first, ...more] = (await all()).summaries;
      if (!first || more.length > 0) return missing('no independent counts: no single account summary given');
      return having(first.SummaryMap);
    },
    calls: () => [],
  };
}

async function recogniseAll(files: readonly string[]): Promise<Recognised> {
  const found: Recognised = { reports: [], pages: [], summaries: [], serviceSpecific: [] };
  for (const file of files) {
    if (await startsWithBrace(file)) recogniseJson(file, await readJson(file), found);
    else found.reports.push({ file, stream: createReadStream(file), generatedAt: undefined });
  }
  return found;
}

async function startsWithBrace(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
      return /^\uFEFF?\s*\{/.test(buffer.subarray(0, bytesRead).toString('utf8'));
    } finally {
      await handle.close();
    }
  } catch (error) {
    const message = `${file}: ${error instanceof Error ? error.message : 'cannot be read'}`;
    throw new InvalidInputError({ code: 'MALFORMED_FILE', message, cause: error });
  }
}

async function readJson(file: string): Promise<Record<string, unknown>> {
  const text = (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    const message = `${file}: not JSON: ${error instanceof Error ? error.message : ''}`;
    throw new InvalidInputError({ code: 'MALFORMED_JSON', message, cause: error });
  }
}

function recogniseJson(file: string, json: Record<string, unknown>, found: Recognised): void {
  if ('Content' in json) {
    found.reports.push(reportOf(file, parseFile(CredentialReportFile, json, file)));
  } else if ('SummaryMap' in json) {
    found.summaries.push(parseFile(AccountSummary, json, file));
  } else if ('ServiceSpecificCredentials' in json) {
    const entries = json['ServiceSpecificCredentials'];
    found.serviceSpecific.push(parseFile(ServiceSpecificCredential.array(), entries, file));
  } else if (['UserDetailList', 'RoleDetailList', 'GroupDetailList', 'Policies'].some((key) => key in json)) {
    found.pages.push(parseFile(AuthorizationPage, json, file));
  } else {
    throw new InvalidInputError({
      code: 'MALFORMED_FILE',
      message: `${file}: neither a credential report, authorization details, an account summary nor service-specific credentials`,
    });
  }
}

function reportOf(
  file: string,
  { Content, GeneratedTime }: z.infer<typeof CredentialReportFile>,
): ReportInput {
  // The CLI prints base64; recordings often hold the decoded text. A CSV heading has commas, base64 never has.
  const bytes = Content.includes(',') ? Buffer.from(Content, 'utf8') : Buffer.from(Content, 'base64');
  return {
    file,
    stream: Readable.from([bytes], { objectMode: false }),
    generatedAt: GeneratedTime ?? undefined,
  };
}

function parseFile<T extends z.ZodType>(schema: T, json: unknown, file: string): z.infer<T> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new InvalidInputError({
    code: 'MALFORMED_FILE',
    message: `${file}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    cause: parsed.error,
  });
}
