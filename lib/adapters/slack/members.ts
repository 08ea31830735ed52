// Slack's members: what is kept of each, a page of them as Slack gives it, and the file they are shared in.
import type { WebClient } from '@slack/web-api';
import * as z from 'zod';
import { fileBytes, readFileBytes } from '../../application/plain-json.ts';
import type { Blobs } from '../../application/ports/blobs.ts';
import { IntegrityError, UpstreamError } from '../../domain/errors.ts';

/** What is kept of a member. https://docs.slack.dev/reference/objects/user-object */
export const Member = z.object({
  id: z.string(),
  team_id: z.string().optional(),
  deleted: z.boolean().default(false),
  is_bot: z.boolean().default(false),
  is_restricted: z.boolean().default(false),
  is_ultra_restricted: z.boolean().default(false),
  is_stranger: z.boolean().default(false),
  is_email_confirmed: z.boolean().default(false),
  /** IANA zone, as the member set it. */
  tz: z.string().nullish().catch(undefined),
  profile: z.object({ email: z.string().optional() }).default({}),
});
export type Member = z.infer<typeof Member>;

/** Members of a page: the most Slack gives at once. https://docs.slack.dev/apis/web-api/pagination */
const PAGE_SIZE = 1000;

/** Some members, and where Slack goes on. */
export interface MemberPage {
  readonly members: readonly Member[];
  /** Missing on the last page. */
  readonly cursor: string | undefined;
}

/** One page of `users.list`; members in a shape that is not Slack's are left out. @throws whatever the client throws */
export async function pageOfMembers(client: WebClient, cursor: string | undefined): Promise<MemberPage> {
  const page = await client.users.list({ limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) });
  const members = (page.members ?? []).flatMap((each) => {
    const parsed = Member.safeParse(each);
    return parsed.success ? [parsed.data] : [];
  });
  const next = page.response_metadata?.next_cursor || undefined;
  if (next !== undefined && next === cursor) {
    // The same page for ever: a list without an end is no list.
    const message = 'users.list: Slack gave the same cursor twice';
    throw new UpstreamError({ code: 'REJECTED', message, provider: 'slack', retryable: false });
  }
  return { members, cursor: next };
}

const MembersFile = z.strictObject({
  schemaVersion: z.literal(1),
  teamId: z.string(),
  members: z.array(Member),
});

/** Stores members of a workspace; the same members are the same file. Returns its digest. */
export function keepMembers(blobs: Blobs, teamId: string, members: readonly Member[]): Promise<string> {
  return blobs.put(fileBytes({ schemaVersion: 1, teamId, members }));
}

/** Reads members kept. @throws IntegrityError when the file is damaged or another workspace's */
export async function membersKept(
  blobs: Pick<Blobs, 'get'>,
  teamId: string,
  digest: string,
): Promise<readonly Member[]> {
  const file = MembersFile.safeParse(jsonOf(await blobs.get(digest)));
  if (file.success && file.data.teamId === teamId) return file.data.members;
  throw corrupt(`File ${digest} is not a list of the members of ${teamId}.`);
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return readFileBytes(bytes);
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

function corrupt(message: string): IntegrityError {
  return new IntegrityError({ code: 'CORRUPT_RECORD', message });
}
