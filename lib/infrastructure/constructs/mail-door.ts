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
  MailFromBehaviorOnMxFailure,
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
    const isDomain = !identity.includes('@');
    const bounces = `bounce.${identity}`;
    const verified = new EmailIdentity(this, 'Identity', {
      identity: isDomain ? Identity.domain(identity) : Identity.email(identity),
      configurationSet,
      // Mail goes out all the same while its records are not there: then without SPF of our own.
      ...(isDomain && {
        mailFromDomain: bounces,
        mailFromBehaviorOnMxFailure: MailFromBehaviorOnMxFailure.USE_DEFAULT_VALUE,
      }),
    });
    if (isDomain) {
      for (const [at, { name, value }] of verified.dkimRecords.entries()) {
        new CfnOutput(this, `DnsRecord${at + 1}`, {
          value: `${name} CNAME ${value}`,
          description: 'DNS record by which SES verifies the domain and signs its mail.',
        });
      }
      this.outputSenderRecords(identity, bounces);
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

  /**
   * The records by which receivers know mail of ours: where bounces go (SPF counts for DMARC only on a domain of ours), and
   * what to do with mail that only says it is ours.
   * https://docs.aws.amazon.com/ses/latest/dg/mail-from.html, https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dmarc.html
   */
  private outputSenderRecords(domain: string, bounces: string): void {
    const records = {
      MailFromMx: [
        `${bounces} MX 10 feedback-smtp.${Stack.of(this).region}.amazonses.com`,
        'DNS record by which bounces come back through SES.',
      ],
      MailFromSpf: [
        `${bounces} TXT "v=spf1 include:amazonses.com ~all"`,
        'DNS record that lets SES send for the domain of bounces (SPF).',
      ],
      Dmarc: [
        `_dmarc.${domain} TXT "v=DMARC1; p=quarantine"`,
        'DNS record that asks receivers to set aside mail that only says it is ours (DMARC). Keep a stricter one.',
      ],
    } as const;
    for (const [id, [value, description]] of Object.entries(records))
      new CfnOutput(this, id, { value, description });
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
