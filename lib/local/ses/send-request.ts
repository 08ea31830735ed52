// The body of SendEmail, checked as SES checks it, as one outgoing mail.
// https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
import * as z from 'zod';
import type { Mail, MailHeader, OutgoingMail } from './mail.ts';
import { bareAddress, hasControlCharacters, splitAddresses } from './mail-address.ts';
import { headerValue, parseMime } from './mime.ts';
import { SesFailure } from './ses-failure.ts';

const Content = z.object({ Data: z.string(), Charset: z.string().optional() });
const Addresses = z.array(z.string()).default([]);

/** SendEmail's request body: only the fields the stand-in acts on. */
export const SendEmailBody = z.object({
  FromEmailAddress: z.string().optional(),
  Destination: z
    .object({ ToAddresses: Addresses, CcAddresses: Addresses, BccAddresses: Addresses })
    .default({ ToAddresses: [], CcAddresses: [], BccAddresses: [] }),
  ReplyToAddresses: Addresses,
  ConfigurationSetName: z.string().optional(),
  EmailTags: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
  Content: z.object({
    Simple: z
      .object({
        Subject: Content,
        Body: z.object({ Text: Content.optional(), Html: Content.optional() }),
        Headers: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
        Attachments: z
          .array(
            z.object({
              FileName: z.string(),
              ContentType: z.string().default('application/octet-stream'),
              RawContent: z.base64(),
            }),
          )
          .default([]),
      })
      .optional(),
    Raw: z.object({ Data: z.base64() }).optional(),
    Template: z.object({ TemplateName: z.string().optional() }).optional(),
  }),
});
export type SendEmailBody = z.infer<typeof SendEmailBody>;

const MAX_RECIPIENTS = 50;
const MAX_HEADERS = 15;
const MAX_TAGS = 50;
/** https://www.eicar.org/download-anti-malware-testfile/; put together here so that this file is not one. */
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('-');

/** Reads and checks the body. @throws SesFailure BadRequestException, NotFoundException. */
export function readSendRequest(json: unknown): OutgoingMail {
  const parsed = SendEmailBody.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badRequest(`${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'malformed'}`);
  }
  const body = parsed.data;
  const contents = Object.values(body.Content).filter((content) => content !== undefined);
  if (contents.length !== 1) throw badRequest('Exactly one of Simple, Raw, Template must be set.');
  if (body.Content.Template) {
    throw new SesFailure(
      'NotFoundException',
      `Template ${body.Content.Template.TemplateName ?? ''} does not exist`,
    );
  }
  const mail = body.Content.Raw
    ? rawMail(body, Buffer.from(body.Content.Raw.Data, 'base64'))
    : simpleMail(body);
  const recipientAddresses = [...new Set([...mail.to, ...mail.cc, ...mail.bcc].map(bareAddress))];
  if (recipientAddresses.length === 0) throw badRequest('Destination has no address');
  if (recipientAddresses.length > MAX_RECIPIENTS)
    throw badRequest(`Recipient count exceeds ${MAX_RECIPIENTS}.`);
  return { ...mail, fromAddress: bareAddress(mail.from), tags: tagsOf(body), recipientAddresses };
}

type ContentOnly = Omit<OutgoingMail, 'recipientAddresses' | 'fromAddress' | 'tags'>;

type SimpleContent = NonNullable<SendEmailBody['Content']['Simple']>;

function simpleMail(body: SendEmailBody): ContentOnly {
  const { Simple } = body.Content;
  if (!Simple) throw badRequest('Content is missing');
  const { Text, Html } = Simple.Body;
  if (!Text && !Html) throw badRequest('Body has neither Text nor Html');
  if (body.FromEmailAddress === undefined) throw badRequest('FromEmailAddress is missing');
  const subject = Simple.Subject.Data;
  if (hasControlCharacters(subject)) throw badRequest('Subject contains control characters');
  refuseHeaders(Simple.Headers);
  const { ToAddresses, CcAddresses, BccAddresses } = body.Destination;
  return {
    from: body.FromEmailAddress,
    to: ToAddresses,
    cc: CcAddresses,
    bcc: BccAddresses,
    replyTo: body.ReplyToAddresses,
    subject,
    text: Text?.Data,
    html: Html?.Data,
    headers: simpleHeaders(body, body.FromEmailAddress, Simple),
    attachments: Simple.Attachments.map(({ FileName, ContentType, RawContent }) => ({
      fileName: FileName,
      contentType: ContentType,
      sizeBytes: Buffer.byteLength(RawContent, 'base64'),
    })),
    configurationSet: body.ConfigurationSetName,
    isInfected: [
      Text?.Data,
      Html?.Data,
      ...Simple.Attachments.map((file) => Buffer.from(file.RawContent, 'base64').toString('latin1')),
    ].some((content) => content?.includes(EICAR) === true),
  };
}

function simpleHeaders(body: SendEmailBody, from: string, simple: SimpleContent): MailHeader[] {
  const { Text, Html } = simple.Body;
  const kind =
    Text && Html ? 'multipart/alternative' : Html ? 'text/html; charset=UTF-8' : 'text/plain; charset=UTF-8';
  const lists = [
    { name: 'To', value: body.Destination.ToAddresses.join(', ') },
    { name: 'Cc', value: body.Destination.CcAddresses.join(', ') },
    { name: 'Reply-To', value: body.ReplyToAddresses.join(', ') },
  ];
  return [
    { name: 'From', value: from },
    ...lists.filter(({ value }) => value !== ''),
    { name: 'Subject', value: simple.Subject.Data },
    { name: 'MIME-Version', value: '1.0' },
    { name: 'Content-Type', value: kind },
    ...simple.Headers.map(({ Name, Value }) => ({ name: Name, value: Value })),
  ];
}

/** Without a Destination the message's own To, Cc and Bcc count; Bcc is taken out of the headers. */
function rawMail(body: SendEmailBody, raw: Buffer): ContentOnly {
  const message = parseMime(raw);
  const listed = (name: string): string[] => splitAddresses(headerValue(message.headers, name) ?? '');
  const { ToAddresses, CcAddresses, BccAddresses } = body.Destination;
  const isAddressed = ToAddresses.length + CcAddresses.length + BccAddresses.length > 0;
  const from = body.FromEmailAddress ?? headerValue(message.headers, 'from');
  if (from === undefined) throw badRequest('The message has no From header');
  return {
    from,
    to: isAddressed ? ToAddresses : listed('to'),
    cc: isAddressed ? CcAddresses : listed('cc'),
    bcc: isAddressed ? BccAddresses : listed('bcc'),
    replyTo: body.ReplyToAddresses.length > 0 ? body.ReplyToAddresses : listed('reply-to'),
    subject: headerValue(message.headers, 'subject') ?? '',
    text: message.text,
    html: message.html,
    headers: message.headers.filter(({ name }) => name.toLowerCase() !== 'bcc'),
    attachments: message.attachments,
    configurationSet: body.ConfigurationSetName ?? headerValue(message.headers, 'x-ses-configuration-set'),
    isInfected: raw.includes(EICAR) || raw.includes(Buffer.from(EICAR).toString('base64')),
  };
}

function refuseHeaders(headers: readonly { readonly Name: string; readonly Value: string }[]): void {
  if (headers.length > MAX_HEADERS) throw badRequest(`More than ${MAX_HEADERS} headers`);
  for (const { Name, Value } of headers) {
    if (!/^[!-9;-@A-~]{1,126}$/.test(Name)) throw badRequest(`Invalid header name: ${JSON.stringify(Name)}`);
    if (!/^[ -~]{1,995}$/.test(Value)) throw badRequest(`Invalid value of header ${Name}`);
  }
}

function tagsOf(body: SendEmailBody): Mail['tags'] {
  if (body.EmailTags.length > MAX_TAGS) throw badRequest(`More than ${MAX_TAGS} tags`);
  for (const { Name, Value } of body.EmailTags) {
    // The reference says letters, digits, _ and -; the service takes . and @ too, and rejects anything else.
    if (!/^[\w.@-]{1,256}$/.test(Name) || !/^[\w.@-]{1,256}$/.test(Value)) {
      throw badRequest(
        `Invalid email tag: ${JSON.stringify(Name)}: only alphanumeric ASCII, '_', '-', '.', '@' are allowed`,
      );
    }
  }
  return Object.fromEntries(body.EmailTags.map(({ Name, Value }) => [Name, Value]));
}

function badRequest(message: string): SesFailure {
  return new SesFailure('BadRequestException', message);
}
