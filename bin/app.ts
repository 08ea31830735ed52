// The CDK app; cdk.json runs it. `npx cdk synth -c stage=<name>`
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { InvalidInputError } from '../lib/domain/errors.ts';
import { fillApp } from '../lib/infrastructure/app.ts';

const app = new App();
try {
  await fillApp(app, { root: join(import.meta.dirname, '..') });
  app.synth();
} catch (error) {
  if (!(error instanceof InvalidInputError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
