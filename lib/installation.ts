// What an installation is, besides code and infrastructure: checked and written when it is deployed, read by functions when
// they start. It holds no secret.
import * as z from 'zod';
import { Catalog } from './adapters/people/catalog.ts';
import { DirectoryFile } from './adapters/people/directory-schema.ts';
import { ReleaseManifest } from './application/governance/record-release.ts';

/** HTTPS, or plain HTTP to this machine; ends with a slash. */
const SlackApiUrl = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { protocol, hostname, pathname } = new URL(text);
  return (protocol === 'https:' || hostname === '127.0.0.1') && pathname.endsWith('/');
}, 'https (or http to 127.0.0.1), with a slash at the end');

/** A public or private channel, by its id. */
const ChannelId = z
  .string()
  .regex(/^[CG][A-Z0-9]{2,40}$/, 'the id of a channel (C…), as its details show it');

/** One connector of an installation, with its settings (checked by the connector's own schema). */
export const InstalledConnector = z.strictObject({
  id: z.string().min(1),
  settings: z.record(z.string(), z.unknown()),
});
export type InstalledConnector = z.infer<typeof InstalledConnector>;

/** The installation document. */
export const Installation = z.strictObject({
  schemaVersion: z.literal(1),
  stage: z.string(),
  /** Name of the log on signature lines: `reviews.example.com/ledger`. */
  logOrigin: z.string().min(3),
  mail: z.strictObject({
    /** `Countersign <reviews@example.com>` */
    from: z.string().min(3),
    replyTo: z.email().optional(),
    configurationSet: z.string().min(1),
    /** Where auditors get the log's heads by mail. */
    auditors: z.email().optional(),
  }),
  slack: z
    .strictObject({
      teamId: z.string().min(1),
      enterpriseId: z.string().optional(),
      /** Channel where auditors see the log's heads. */
      auditChannel: z.string().optional(),
      /** Channel where unowned identities are shown: whose is this? */
      claimChannel: ChannelId.optional(),
      /** Channel where security hears of missing answers, at the rungs whose audience has `security-channel`, and is asked. */
      securityChannel: ChannelId.optional(),
      /** Another address of the Web API: GovSlack (`https://slack-gov.com/api/`), or a stand-in on this machine. */
      apiUrl: SlackApiUrl.optional(),
    })
    .optional(),
  connectors: z.array(InstalledConnector),
  witnesses: z.array(z.strictObject({ functionArn: z.string(), verifierKey: z.string() })),
  release: ReleaseManifest,
});
export type Installation = z.infer<typeof Installation>;

/** A file as it came, with what to call it in messages. */
const TextFile = z.strictObject({ file: z.string(), text: z.string() });

/** People, teams and the files that say who owns what. */
export const Organisation = z.strictObject({
  schemaVersion: z.literal(1),
  directory: DirectoryFile,
  owners: TextFile.optional(),
  /** CODEOWNERS files, each of one repository. */
  codeowners: z.array(TextFile.extend({ repository: z.string() })).optional(),
  /** A Backstage catalogue, as its descriptor files said. */
  catalog: Catalog.optional(),
});
export type Organisation = z.infer<typeof Organisation>;
