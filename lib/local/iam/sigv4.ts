// Checks AWS Signature Version 4 on a request, as the services do.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A request as it arrived; header names in lower case. */
export interface SignedRequest {
  readonly method: string;
  /** The path as sent, percent-encoding untouched. */
  readonly path: string;
  readonly query: URLSearchParams;
  header(name: string): string | undefined;
  readonly body: string;
}

/** What the Authorization header claims. Nothing of it is proven yet. */
export interface SignatureClaim {
  readonly accessKeyId: string;
  /** `yyyymmdd/region/service/aws4_request` */
  readonly scope: string;
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** When it was signed, in epoch ms; NaN when the date header is malformed. */
  readonly signedAtMs: number;
  readonly amzDate: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([\w]{3,128})\/((\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request), ?SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})$/;

/** Reads the claim; undefined when the header is not of the form, or the date or host header is not signed. */
export function readSignatureClaim(request: SignedRequest): SignatureClaim | undefined {
  const shaped = AUTHORIZATION.exec(request.header('authorization') ?? '');
  if (!shaped) return undefined;
  const [, accessKeyId = '', scope = '', day = '', region = '', service = '', headers = '', signature = ''] =
    shaped;
  const signedHeaders = headers.split(';');
  const amzDate = request.header('x-amz-date') ?? '';
  if (!signedHeaders.includes('host') || !signedHeaders.includes('x-amz-date')) return undefined;
  if (!amzDate.startsWith(day)) return undefined;
  const signedAtMs = Date.parse(
    amzDate.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
  return { accessKeyId, scope, day, region, service, signedHeaders, signature, signedAtMs, amzDate };
}

/** True when the request was signed with `secret` exactly as it arrived, body included. */
export function isSignedWith(request: SignedRequest, claim: SignatureClaim, secret: string): boolean {
  const bodyHash = sha256(request.body);
  const declaredHash = request.header('x-amz-content-sha256');
  if (declaredHash !== undefined && declaredHash !== bodyHash) return false;
  const canonical = [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.query),
    ...claim.signedHeaders.map(
      (name) => `${name}:${(request.header(name) ?? '').trim().replace(/ +/g, ' ')}`,
    ),
    '',
    claim.signedHeaders.join(';'),
    bodyHash,
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', claim.amzDate, claim.scope, sha256(canonical)].join('\n');
  const key = [claim.day, claim.region, claim.service, 'aws4_request'].reduce<Buffer | string>(
    (outer, part) => hmac(outer, part),
    `AWS4${secret}`,
  );
  return timingSafeEqual(hmac(key, toSign), Buffer.from(claim.signature, 'hex'));
}

/** Every service but S3 encodes the path it was sent once more. */
function canonicalPath(path: string): string {
  return path.split('/').map(encodeRfc3986).join('/');
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`)
    .sort()
    .join('&');
}

/** Percent-encodes everything but RFC 3986's unreserved characters. */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
