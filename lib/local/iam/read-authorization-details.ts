// Reads `aws iam get-account-authorization-details` output: one page, merged pages, with or without wrapping.
import * as z from 'zod';
import { InvalidInputError } from '../../domain/errors.ts';
import { parseInstant } from '../../domain/time.ts';
import { decodePolicy } from './account-seed.ts';
import { parseJson, readTextFile, shapeRefusal } from './read-json.ts';

const Document = z
  .union([z.string(), z.record(z.string(), z.unknown())])
  .refine((document) => typeof document !== 'string' || decodePolicy(document) !== undefined, {
    error: 'policy document is neither JSON nor URL-encoded JSON',
  });
const When = z
  .string()
  .refine((text) => parseInstant(text) !== undefined, { error: 'is no time with an offset' });
const Path = z.string().max(512);
const Name = z.string().min(1).max(128);
const UniqueId = z.string().regex(/^[\w-]{1,128}$/, { error: 'is no IAM id' });
const Tag = z.looseObject({ Key: z.string(), Value: z.string() });
const Inline = z.looseObject({ PolicyName: Name, PolicyDocument: Document });
const Attached = z.looseObject({ PolicyName: Name, PolicyArn: z.string() });
const Boundary = z.looseObject({ PermissionsBoundaryArn: z.string() });
const Arn = z.string().regex(/^arn:aws[a-z-]*:iam::[^:]*:[!-~]+$/, { error: 'is no IAM ARN' });

const UserDetail = z.looseObject({
  Path,
  UserName: Name,
  UserId: UniqueId,
  Arn,
  CreateDate: When,
  UserPolicyList: z.array(Inline).default([]),
  GroupList: z.array(z.string()).default([]),
  AttachedManagedPolicies: z.array(Attached).default([]),
  PermissionsBoundary: Boundary.optional(),
  Tags: z.array(Tag).default([]),
});
const GroupDetail = z.looseObject({
  Path,
  GroupName: Name,
  GroupId: UniqueId,
  Arn,
  CreateDate: When,
  GroupPolicyList: z.array(Inline).default([]),
  AttachedManagedPolicies: z.array(Attached).default([]),
});
const RoleDetail = z.looseObject({
  Path,
  RoleName: Name,
  RoleId: UniqueId,
  Arn,
  CreateDate: When,
  AssumeRolePolicyDocument: Document,
  InstanceProfileList: z
    .array(
      z.looseObject({
        InstanceProfileName: Name,
        InstanceProfileId: UniqueId,
        Arn,
        Path,
        CreateDate: When,
      }),
    )
    .default([]),
  RolePolicyList: z.array(Inline).default([]),
  AttachedManagedPolicies: z.array(Attached).default([]),
  PermissionsBoundary: Boundary.optional(),
  Tags: z.array(Tag).default([]),
  RoleLastUsed: z.looseObject({ LastUsedDate: When.optional(), Region: z.string().optional() }).default({}),
});
const PolicyDetail = z.looseObject({
  PolicyName: Name,
  PolicyId: UniqueId,
  Arn,
  Path,
  DefaultVersionId: z.string(),
  AttachmentCount: z.int().nullish(),
  PermissionsBoundaryUsageCount: z.int().nullish(),
  IsAttachable: z.boolean().default(true),
  CreateDate: When,
  UpdateDate: When.optional(),
  PolicyVersionList: z.array(
    z.looseObject({
      VersionId: z.string(),
      Document,
      IsDefaultVersion: z.boolean(),
      CreateDate: When,
    }),
  ),
});

/** One page's lists, in the API's own words. */
export const AuthorizationPage = z.looseObject({
  UserDetailList: z.array(UserDetail).default([]),
  GroupDetailList: z.array(GroupDetail).default([]),
  RoleDetailList: z.array(RoleDetail).default([]),
  Policies: z.array(PolicyDetail).default([]),
  IsTruncated: z.boolean().default(false),
});
export type AuthorizationPage = z.infer<typeof AuthorizationPage>;

const LIST_NAMES = ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'] as const;

/** The pages' lists put together, each entry once by ARN (the first counts), and where they came from. */
export interface AuthorizationDetailsFile {
  readonly file: string;
  readonly lists: Pick<AuthorizationPage, (typeof LIST_NAMES)[number]>;
}

/**
 * Reads authorization details.
 * @throws InvalidInputError MALFORMED_JSON or MALFORMED_FILE naming file, line and column; also when pages are missing.
 */
export async function readAuthorizationDetails(file: string): Promise<AuthorizationDetailsFile> {
  const text = await readTextFile(file);
  const found = findPages(parseJson(text, file), []);
  if (found.length === 0) {
    throw new InvalidInputError({
      code: 'MALFORMED_FILE',
      message: `${file}: line 1, column 1: no ${LIST_NAMES.join(', ')} found: not account authorization details`,
    });
  }
  const pages = found.map(({ path, value }) => {
    const parsed = AuthorizationPage.safeParse(value);
    if (!parsed.success) throw shapeRefusal(file, text, path, parsed.error);
    return parsed.data;
  });
  if (pages.at(-1)?.IsTruncated === true) {
    throw new InvalidInputError({
      code: 'MALFORMED_FILE',
      message: `${file}: the last page says IsTruncated: pages are missing, and with them identities. Fetch all pages (aws-cli does unless told --no-paginate)`,
    });
  }
  return {
    file,
    lists: {
      UserDetailList: onceByArn(pages.flatMap((page) => page.UserDetailList)),
      GroupDetailList: onceByArn(pages.flatMap((page) => page.GroupDetailList)),
      RoleDetailList: onceByArn(pages.flatMap((page) => page.RoleDetailList)),
      Policies: onceByArn(pages.flatMap((page) => page.Policies)),
    },
  };
}

/** Pages are objects with at least one of the lists, alone, in an array, or wrapped up to three levels deep. */
function findPages(value: unknown, path: readonly PropertyKey[]): { path: PropertyKey[]; value: object }[] {
  if (typeof value !== 'object' || value === null) return [];
  if (!Array.isArray(value) && LIST_NAMES.some((name) => name in value)) return [{ path: [...path], value }];
  if (path.length >= 3) return [];
  const entries: [PropertyKey, unknown][] = Array.isArray(value)
    ? value.map((entry: unknown, index) => [index, entry])
    : Object.entries(value);
  return entries.flatMap(([key, entry]) => findPages(entry, [...path, key]));
}

function onceByArn<Entry extends { readonly Arn: string }>(entries: readonly Entry[]): Entry[] {
  const byArn = new Map<string, Entry>();
  for (const entry of entries) if (!byArn.has(entry.Arn)) byArn.set(entry.Arn, entry);
  return [...byArn.values()];
}
