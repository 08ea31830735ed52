// The live side of Roles Anywhere: listed page by page, looked at, switched.
import * as z from 'zod';
import { UpstreamError } from '../../domain/errors.ts';
import { parseAnswer } from '../aws/upstream.ts';
import { manifest } from './manifest.ts';
import { Crl, Profile, Subject, SubjectSummary, TagsAnswer, TrustAnchor } from './schema.ts';
import type { RestRequest, SendRest } from './signed-rest.ts';

/** What can be switched. */
export type Switchable = 'profile' | 'trust-anchor';

/** A page; `faults` are entries that were not understood. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly faults: readonly string[];
  readonly next: string | undefined;
}

/** What is asked of Roles Anywhere. Methods throw UpstreamError. */
export interface Anywhere {
  profiles(region: string, after: string | undefined): Promise<Page<Profile>>;
  trustAnchors(region: string, after: string | undefined): Promise<Page<TrustAnchor>>;
  subjects(region: string, after: string | undefined): Promise<Page<SubjectSummary>>;
  crls(region: string, after: string | undefined): Promise<Page<Crl>>;
  tags(region: string, arn: string): Promise<Readonly<Record<string, string>>>;
  /** These three: undefined when there is no such thing. */
  profile(region: string, id: string): Promise<Profile | undefined>;
  trustAnchor(region: string, id: string): Promise<TrustAnchor | undefined>;
  subject(region: string, id: string): Promise<Subject | undefined>;
  /** Answers the request id. */
  setEnabled(region: string, what: Switchable, id: string, enabled: boolean): Promise<string>;
}

const PATHS = { profile: 'profile', 'trust-anchor': 'trustanchor' } as const;
const NAMES = { profile: 'Profile', 'trust-anchor': 'TrustAnchor' } as const;

/** Makes it over signed requests. */
export function createAnywhere(send: SendRest): Anywhere {
  const get = (action: string, region: string, path: string, query?: RestRequest['query']) =>
    send({ action, region, method: 'GET', path, query });
  const list =
    <T extends z.ZodType>(action: string, path: string, field: string, item: T) =>
    async (region: string, after: string | undefined): Promise<Page<z.infer<T>>> => {
      const query = { pageSize: '100', ...(after !== undefined && { nextToken: after }) };
      const { body } = await get(action, region, path, query);
      return pageOf(body, action, field, item);
    };
  const one = async <T extends z.ZodType>(
    action: string,
    region: string,
    path: string,
    answer: T,
  ): Promise<z.infer<T> | undefined> => {
    try {
      const { body } = await get(action, region, path);
      return parseAnswer(answer, body, manifest.id, action);
    } catch (error) {
      if (error instanceof UpstreamError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  };
  return {
    profiles: list('ListProfiles', '/profiles', 'profiles', Profile),
    trustAnchors: list('ListTrustAnchors', '/trustanchors', 'trustAnchors', TrustAnchor),
    subjects: list('ListSubjects', '/subjects', 'subjects', SubjectSummary),
    crls: list('ListCrls', '/crls', 'crls', Crl),
    async tags(region, resourceArn) {
      const action = 'ListTagsForResource';
      const { body } = await get(action, region, '/ListTagsForResource', { resourceArn });
      return parseAnswer(TagsAnswer, body, manifest.id, action).tags;
    },
    profile: async (region, id) =>
      (await one('GetProfile', region, `/profile/${id}`, z.object({ profile: Profile })))?.profile,
    trustAnchor: async (region, id) =>
      (await one('GetTrustAnchor', region, `/trustanchor/${id}`, z.object({ trustAnchor: TrustAnchor })))
        ?.trustAnchor,
    subject: async (region, id) =>
      (await one('GetSubject', region, `/subject/${id}`, z.object({ subject: Subject })))?.subject,
    async setEnabled(region, what, id, enabled) {
      const verb = enabled ? 'enable' : 'disable';
      const action = `${enabled ? 'Enable' : 'Disable'}${NAMES[what]}`;
      const path = `/${PATHS[what]}/${id}/${verb}`;
      return (await send({ action, region, method: 'POST', path })).requestId;
    },
  };
}

/** Entries are read one by one, so that a strange one hides no other. */
function pageOf<T extends z.ZodType>(
  body: unknown,
  action: string,
  field: string,
  item: T,
): Page<z.infer<T>> {
  const whole = z.looseObject({
    nextToken: z.string().nullish(),
    [field]: z.array(z.unknown()).nullish(),
  });
  const answer: Record<string, unknown> = parseAnswer(whole, body, manifest.id, action);
  const entries = z.array(z.unknown()).parse(answer[field] ?? []);
  const items: z.infer<T>[] = [];
  const faults: string[] = [];
  for (const entry of entries) {
    const parsed = item.safeParse(entry);
    if (parsed.success) items.push(parsed.data);
    else
      faults.push(`${action}: ${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`);
  }
  const next = z
    .string()
    .optional()
    .parse(answer['nextToken'] ?? undefined);
  return { items, faults, next: next === '' ? undefined : next };
}
