// Reads a raw MIME message as far as an inbox needs: headers, text, HTML, attachment names (RFC 5322, 2045, 2047).
import type { Mail, MailHeader } from './mail.ts';

/** What is read out of a raw message. */
export interface MimeMessage {
  readonly headers: readonly MailHeader[];
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly attachments: Mail['attachments'];
}

const MAX_DEPTH = 8;

/** Parses a message; the bytes are attacker-controlled, so nesting is bounded and nothing is thrown. */
export function parseMime(raw: Buffer): MimeMessage {
  return parsePart(raw.toString('latin1'), 0);
}

/** The first header of a name, decoded; undefined when absent. */
export function headerValue(headers: readonly MailHeader[], name: string): string | undefined {
  return headers.find((header) => header.name.toLowerCase() === name.toLowerCase())?.value;
}

function parsePart(source: string, depth: number): MimeMessage {
  const split = /\r?\n\r?\n/.exec(source);
  const headers = parseHeaders(split ? source.slice(0, split.index) : source);
  const body = split ? source.slice(split.index + split[0].length) : '';
  const contentType = headerValue(headers, 'content-type') ?? 'text/plain; charset=us-ascii';
  const boundary = parameter(contentType, 'boundary');
  if (/^multipart\//i.test(contentType) && boundary !== undefined && depth < MAX_DEPTH) {
    return joinParts(
      headers,
      splitParts(body, boundary).map((part) => parsePart(part, depth + 1)),
    );
  }
  return leafPart(headers, contentType, body);
}

function leafPart(headers: readonly MailHeader[], contentType: string, body: string): MimeMessage {
  const bytes = decodeTransfer(body, headerValue(headers, 'content-transfer-encoding') ?? '7bit');
  const disposition = headerValue(headers, 'content-disposition') ?? '';
  const kind = contentType.replace(/;.*$/s, '').trim().toLowerCase();
  const isShown = !/^attachment/i.test(disposition) && ['text/plain', 'text/html'].includes(kind);
  if (!isShown) {
    const fileName = parameter(disposition, 'filename') ?? parameter(contentType, 'name') ?? 'unnamed';
    const attachments = [{ fileName, contentType: kind, sizeBytes: bytes.length }];
    return { headers, text: undefined, html: undefined, attachments };
  }
  const content = decodeCharset(bytes, parameter(contentType, 'charset') ?? 'utf-8');
  const isText = kind === 'text/plain';
  return { headers, text: isText ? content : undefined, html: isText ? undefined : content, attachments: [] };
}

function joinParts(headers: readonly MailHeader[], parts: readonly MimeMessage[]): MimeMessage {
  return {
    headers,
    text: parts.find(({ text }) => text !== undefined)?.text,
    html: parts.find(({ html }) => html !== undefined)?.html,
    attachments: parts.flatMap(({ attachments }) => attachments),
  };
}

function parseHeaders(block: string): MailHeader[] {
  return block
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .flatMap((line) => {
      const colon = line.indexOf(':');
      if (colon <= 0) return [];
      return [{ name: line.slice(0, colon).trim(), value: decodeWords(line.slice(colon + 1).trim()) }];
    });
}

function splitParts(body: string, boundary: string): string[] {
  const parts: string[] = [];
  let current: string[] | undefined;
  for (const line of body.split('\n')) {
    const mark = line.trimEnd();
    if (mark === `--${boundary}` || mark === `--${boundary}--`) {
      if (current) parts.push(current.join('\n'));
      current = mark === `--${boundary}` ? [] : undefined;
    } else current?.push(line);
  }
  if (current) parts.push(current.join('\n'));
  return parts;
}

function parameter(header: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^;\\s]+))`, 'i').exec(header);
  return found?.[1] ?? found?.[2];
}

function decodeTransfer(body: string, encoding: string): Buffer {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return Buffer.from(body, 'base64');
    case 'quoted-printable':
      return Buffer.from(fromQuotedPrintable(body.replace(/[ \t]*=\r?\n/g, '')), 'latin1');
    default:
      return Buffer.from(body, 'latin1');
  }
}

function fromQuotedPrintable(text: string): string {
  return text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** An unknown charset is shown as UTF-8 rather than not at all. */
function decodeCharset(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch (error) {
    if (error instanceof RangeError) return bytes.toString('utf8');
    throw error;
  }
}

/** RFC 2047 encoded words, and raw UTF-8 in headers. */
function decodeWords(value: string): string {
  const utf8 = Buffer.from(value, 'latin1').toString('utf8');
  const joined = utf8.replace(/\?=\s+=\?/g, '?==?');
  return joined.replace(
    /=\?([\w-]+)\?([bq])\?([^?]*)\?=/gi,
    (_, charset: string, encoding: string, text: string) =>
      decodeCharset(
        encoding.toLowerCase() === 'b'
          ? Buffer.from(text, 'base64')
          : Buffer.from(fromQuotedPrintable(text.replaceAll('_', ' ')), 'latin1'),
        charset,
      ),
  );
}
