// The two documents functions read when they start, as files of the deployment.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aws } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { Installation, type InstalledConnector, Organisation } from '../installation.ts';
import { allow } from './allow.ts';
import { fileOf } from './config/connector-problems.ts';
import type { Stage } from './config/read-stage.ts';

/** What documents are made from. */
export interface DocumentsProps {
  readonly stage: Stage;
  readonly release: Installation['release'];
  readonly configurationSet: string;
}

/** The installation document, the organisation document, and the files connectors read. None holds a secret. */
export class Documents extends Construct {
  /** `s3://bucket/key` of the installation document. */
  readonly installation: string;
  /** `s3://bucket/key` of people, teams and owners. */
  readonly organisation: string;
  readonly #assets: readonly Asset[];

  constructor(scope: Construct, id: string, { stage, release, configurationSet }: DocumentsProps) {
    super(scope, id);
    const { config, organisation, folder } = stage;
    const files: Asset[] = [];
    const connectors = config.connectors.map((connector, at): InstalledConnector => {
      const file = fileOf(connector);
      if (file === undefined) return connector;
      const asset = new Asset(this, `Connector${at}`, { path: join(folder, file) });
      files.push(asset);
      // Without a bucket: it is the one this document itself is in, whose name is known only where it is deployed.
      return { ...connector, settings: { ...connector.settings, path: `s3:///${asset.s3ObjectKey}` } };
    });
    const installation = this.write(
      'Installation',
      Installation.parse({
        schemaVersion: 1,
        stage: config.stage,
        logOrigin: config.log.origin,
        mail: {
          from: config.mail.from,
          replyTo: config.mail.replyTo,
          auditors: config.mail.auditors,
          configurationSet,
        },
        slack: config.slack,
        connectors,
        witnesses: config.witnesses,
        release,
      }),
    );
    const people = this.write('Organisation', Organisation.parse(organisation));
    this.#assets = [installation, people, ...files];
    this.installation = installation.s3ObjectUrl;
    this.organisation = people.s3ObjectUrl;
  }

  /** Lets a role read exactly these files. */
  grantRead(role: Role): void {
    allow(role, {
      actions: ['s3:GetObject'],
      resources: this.#assets.map(
        ({ s3BucketName, s3ObjectKey }) => `arn:${Aws.PARTITION}:s3:::${s3BucketName}/${s3ObjectKey}`,
      ),
    });
  }

  private write(id: string, document: object): Asset {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-'));
    try {
      const path = join(folder, `${id.toLowerCase()}.json`);
      writeFileSync(path, JSON.stringify(document));
      return new Asset(this, id, { path });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}
