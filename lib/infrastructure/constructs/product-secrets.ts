// Secrets of the product. Two make themselves; Slack's is filled in by hand.
import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

/** What the secrets are made with. */
export interface ProductSecretsProps {
  readonly key: IKey;
}

/** The secrets, kept when the stack goes. */
export class ProductSecrets extends Construct {
  /** Salt of pseudonyms. Should it change, the same person would have two pseudonyms. */
  readonly pseudonyms: Secret;
  /** Signs cookies of the review page. */
  readonly cookies: Secret;
  /**
   * JSON `{"signingSecret", "botToken"}`. Until it is filled in its signing secret is random: no request can be forged
   * with a value that is known.
   */
  readonly slack: Secret;

  constructor(scope: Construct, id: string, { key }: ProductSecretsProps) {
    super(scope, id);
    const kept = { encryptionKey: key, removalPolicy: RemovalPolicy.RETAIN };
    const random = { excludePunctuation: true, includeSpace: false, passwordLength: 64 };
    this.pseudonyms = new Secret(this, 'Pseudonyms', {
      ...kept,
      description: 'Salt of pseudonyms. Never change it.',
      generateSecretString: random,
    });
    acknowledge(this.pseudonyms, 'SMG4', 'A changed salt would give the same person two pseudonyms.');
    this.cookies = new Secret(this, 'Cookies', {
      ...kept,
      description: 'Signs cookies of the review page. A new value only asks people to open their link again.',
      generateSecretString: random,
    });
    acknowledge(this.cookies, 'SMG4', 'Cookies live minutes; the runbook says how to change it by hand.');
    this.slack = new Secret(this, 'Slack', {
      ...kept,
      description: 'Slack app: signingSecret and botToken. Fill in by hand.',
      generateSecretString: {
        ...random,
        secretStringTemplate: JSON.stringify({ botToken: 'fill-in' }),
        generateStringKey: 'signingSecret',
      },
    });
    acknowledge(
      this.slack,
      'SMG4',
      'Slack makes these values; they are changed there and filled in by hand.',
    );
  }
}

/** ARN of a secret. By its attribute: the emulator gives the name where CloudFormation gives the ARN for a plain reference. */
export function arnOf(secret: Secret): string {
  return (secret.node.defaultChild as CfnSecret).attrId;
}
