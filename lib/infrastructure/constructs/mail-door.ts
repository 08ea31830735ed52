// Mail: whom it is from, and what becomes of it.
import { ArnFormat, CfnOutput, Stack } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { allow } from '../allow.ts';

/** What the door is made with. */
export interface MailDoorProps {
  /** Domain or address that SES verifies. */
  readonly identity: string;
  /** Address in the From line. */
  readonly fromAddress: string;
  readonly configurationSetName: string;
  /** Encrypts events on their way. */
  readonly key: IKey;
  /** Where events end. */
  readonly events: Queue;
}

/** What has to be known of a mail: nobody counts as told before delivery. */
const EVENTS = [
  EmailSendingEvent.DELIVERY,
  EmailSendingEvent.BOUNCE,
  EmailSendingEvent.COMPLAINT,
  EmailSendingEvent.REJECT,
  EmailSendingEvent.RENDERING_FAILURE,
  EmailSendingEvent.DELIVERY_DELAY,
];

/** An identity, and a configuration set whose events go through a topic to a queue. */
export class MailDoor extends Construct {
  readonly topic: Topic;
  readonly #resources: readonly string[];
  readonly #fromAddress: string;

  constructor(scope: Construct, id: string, props: MailDoorProps) {
    super(scope, id);
    const { identity, configurationSetName } = props;
    const configurationSet = new ConfigurationSet(this, 'Configuration', {
      configurationSetName,
      // A mail carries a link; it is not sent over a connection that everybody can read.
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    const verified = new EmailIdentity(this, 'Identity', {
      identity: identity.includes('@') ? Identity.email(identity) : Identity.domain(identity),
      configurationSet,
    });
    if (!identity.includes('@')) {
      for (const [at, { name, value }] of verified.dkimRecords.entries()) {
        new CfnOutput(this, `DnsRecord${at + 1}`, {
          value: `${name} CNAME ${value}`,
          description: 'DNS record by which SES verifies the domain and signs its mail.',
        });
      }
    }
    this.topic = new Topic(this, 'Events', { enforceSSL: true, masterKey: props.key });
    configurationSet.addEventDestination('Topic', {
      destination: EventDestination.snsTopic(this.topic),
      events: EVENTS,
    });
    this.topic.addSubscription(new SqsSubscription(props.events, { rawMessageDelivery: true }));
    const arnOf = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({
        service: 'ses',
        resource,
        resourceName,
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      });
    this.#resources = [arnOf('identity', identity), arnOf('configuration-set', configurationSetName)];
    this.#fromAddress = props.fromAddress;
  }

  /** Lets a role send mail from the one address. */
  grantSend(role: Role): void {
    allow(role, {
      actions: ['ses:SendEmail'],
      resources: this.#resources,
      conditions: { StringEquals: { 'ses:FromAddress': this.#fromAddress } },
    });
  }
  /** Lets a role ask how the account and the identity stand. */
  grantInspect(role: Role): void {
    allow(role, { actions: ['ses:GetEmailIdentity'], resources: this.#resources.slice(0, 1) });
    allow(role, {
      actions: ['ses:GetAccount'],
      resources: ['*'],
      because: 'SES tells about an account without naming a resource.',
    });
  }
}
