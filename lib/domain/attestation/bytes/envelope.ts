// DSSE envelopes: a body, its type and who signed both, as one canonical line of JSON.
import * as z from 'zod';
import { IntegrityError, InvalidInputError } from '../../errors.ts';
import { canonicalBytes } from './canonical-json.ts';
import { KeyId } from './key-id.ts';
import { parseStrictJson } from './strict-json.ts';
import { base64Bytes, base64Text, utf8Bytes, utf8Text } from './text-bytes.ts';

/** The media type of an in-toto statement (28 bytes). */
export const STATEMENT_PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** Largest envelope accepted or written, in bytes: the length must fit the uint16 of a tlog-tiles entry bundle. */
export const MAX_ENVELOPE_BYTES = 65_535;

const Base64 = z.string().regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'base64');

/** One signature over the pre-authentication encoding: DER, in base64, with a hint at the key. */
export const EnvelopeSignature = z.strictObject({ keyid: KeyId, sig: Base64.min(1) });
export type EnvelopeSignature = z.infer<typeof EnvelopeSignature>;

/** A DSSE envelope as Countersign writes it. No further keys: what is not signed has no place in it. */
export const Envelope = z.strictObject({
  payload: Base64,
  payloadType: z.string().regex(/^[!#-[\]-~]+$/, 'printable ASCII without quotes, backslashes or spaces'),
  signatures: z.array(EnvelopeSignature).min(1),
});
export type Envelope = z.infer<typeof Envelope>;

/** An envelope taken apart, ready to verify. */
export interface OpenedEnvelope {
  readonly payloadType: string;
  /** The signed body, exactly as signed. */
  readonly body: Uint8Array;
  readonly signatures: readonly { readonly keyId: KeyId; readonly signature: Uint8Array }[];
  /** What every signature signs. */
  readonly preAuthEncoding: Uint8Array;
}

/** What is signed: `DSSEv1 SP len(type) SP type SP len(body) SP body`, lengths in bytes (DSSE v1, protocol.md). */
export function preAuthEncoding(payloadType: string, body: Uint8Array): Uint8Array {
  const type = payloadType === STATEMENT_PAYLOAD_TYPE ? STATEMENT_PREFIX : prefixOf(payloadType);
  const head = utf8Bytes(`${type}${body.length} `);
  const encoding = new Uint8Array(head.length + body.length);
  encoding.set(head);
  encoding.set(body, head.length);
  return encoding;
}

function prefixOf(payloadType: string): string {
  return `DSSEv1 ${utf8Bytes(payloadType).length} ${payloadType} `;
}

const STATEMENT_PREFIX = prefixOf(STATEMENT_PAYLOAD_TYPE);

/**
 * The bytes of an envelope, without a newline. They are stored, hashed and shipped exactly so.
 * @throws InvalidInputError `BAD_ARGUMENT` when the envelope is malformed or over 65,535 bytes
 */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  const parsed = Envelope.safeParse(envelope);
  if (!parsed.success) {
    throw new InvalidInputError({
      code: 'BAD_ARGUMENT',
      message: `Envelope: ${z.prettifyError(parsed.error)}`,
    });
  }
  assertDistinctKeys(parsed.data.signatures.map(({ keyid }) => keyid));
  const bytes = canonicalBytes(parsed.data);
  if (bytes.length > MAX_ENVELOPE_BYTES) {
    const message = `Envelope of ${bytes.length} bytes is over the limit of ${MAX_ENVELOPE_BYTES}.`;
    throw new InvalidInputError({ code: 'BAD_ARGUMENT', message });
  }
  return bytes;
}

/** Builds the envelope bytes from a body and raw DER signatures over its pre-authentication encoding. */
export function sealEnvelope(opened: Omit<OpenedEnvelope, 'preAuthEncoding'>): Uint8Array {
  return encodeEnvelope({
    payload: base64Text(opened.body),
    payloadType: opened.payloadType,
    signatures: opened.signatures.map(({ keyId, signature }) => ({
      keyid: keyId,
      sig: base64Text(signature),
    })),
  });
}

// Exactly what `encodeEnvelope` can write, so nothing is canonicalised again while verifying: a key smuggled in,
// given twice, escaped or reordered does not match, nor does a space or a byte after the end.
const SIGNATURE_SHAPE = '\\{"keyid":"([0-9a-f]{64})","sig":"([A-Za-z0-9+/]+={0,2})"\\}';
const EACH_SIGNATURE = new RegExp(SIGNATURE_SHAPE, 'g');
const SHAPE = new RegExp(
  '^\\{"payload":"([A-Za-z0-9+/]*={0,2})","payloadType":"([!#-\\[\\]-~]+)",' +
    `"signatures":\\[(${SIGNATURE_SHAPE}(?:,${SIGNATURE_SHAPE})*)\\]\\}$`,
);

/**
 * Takes an attacker-controlled envelope apart. It verifies no signature.
 * @throws IntegrityError `NOT_CANONICAL` unless the bytes are exactly what `encodeEnvelope` writes
 */
export function decodeEnvelope(bytes: Uint8Array): OpenedEnvelope {
  if (bytes.length > MAX_ENVELOPE_BYTES) throw tooLong(bytes.length);
  return decoding(() => splitEnvelope(utf8Text(bytes)));
}

/** As `decodeEnvelope`, for an envelope that was read as text: what is not ASCII is not canonical either. */
export function decodeEnvelopeText(text: string): OpenedEnvelope {
  if (text.length > MAX_ENVELOPE_BYTES) throw tooLong(text.length);
  return decoding(() => splitEnvelope(text));
}

function decoding(work: () => OpenedEnvelope): OpenedEnvelope {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof InvalidInputError)) throw cause;
    throw notCanonical(`Envelope is not canonical: ${cause.message}`, cause);
  }
}

function splitEnvelope(text: string): OpenedEnvelope {
  const split = splitSingle(text) ?? splitByShape(text);
  const body = base64Bytes(split.payload);
  const signatures = split.signatures.map(([keyId, sig]) => ({ keyId, signature: base64Bytes(sig) }));
  assertDistinctKeys(signatures.map(({ keyId }) => keyId));
  const { payloadType } = split;
  return { payloadType, body, signatures, preAuthEncoding: preAuthEncoding(payloadType, body) };
}

interface SplitEnvelope {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly (readonly [keyId: string, sig: string])[];
}

const [PAYLOAD, TYPE, KEY_ID, SIG, END] = [
  '{"payload":"',
  `","payloadType":"${STATEMENT_PAYLOAD_TYPE}","signatures":[{"keyid":"`,
  64,
  '","sig":"',
  '"}]}',
] as const;

/** A statement with one signature, which nearly all are: the same texts as `SHAPE` has, without walking them. */
function splitSingle(text: string): SplitEnvelope | undefined {
  const payloadEnd = text.indexOf('"', PAYLOAD.length);
  const keyStart = payloadEnd + TYPE.length;
  const keyEnd = keyStart + KEY_ID;
  const isSplit =
    text.startsWith(PAYLOAD) &&
    text.startsWith(TYPE, payloadEnd) &&
    text.startsWith(SIG, keyEnd) &&
    text.endsWith(END) &&
    text.indexOf('"', keyEnd + SIG.length) === text.length - END.length;
  if (!isSplit) return undefined;
  const keyId = text.slice(keyStart, keyEnd);
  const sig = text.slice(keyEnd + SIG.length, text.length - END.length);
  // The letters of payload and signature are checked when they are decoded.
  const payload = text.slice(PAYLOAD.length, payloadEnd);
  if (sig === '' || !/^[0-9a-f]{64}$/.test(keyId) || text.includes('\\')) return undefined;
  return { payload, payloadType: STATEMENT_PAYLOAD_TYPE, signatures: [[keyId, sig]] };
}

function splitByShape(text: string): SplitEnvelope {
  const shape = SHAPE.exec(text);
  if (shape === null) throw new InvalidInputError({ code: 'MALFORMED_JSON', message: explainMismatch(text) });
  const [, payload = '', payloadType = '', signatureList = ''] = shape;
  const signatures = [...signatureList.matchAll(EACH_SIGNATURE)].map(
    ([, keyId = '', sig = '']) => [keyId, sig] as const,
  );
  return { payload, payloadType, signatures };
}

function tooLong(length: number): IntegrityError {
  return notCanonical(`Envelope of ${length} bytes is over the limit of ${MAX_ENVELOPE_BYTES}.`);
}

/** Says what is wrong with a text that does not have the shape; never decides whether it has it. */
function explainMismatch(text: string): string {
  const parsed = Envelope.safeParse(parseStrictJson(text));
  return parsed.success ? 'Spacing, order or escapes differ from RFC 8785.' : z.prettifyError(parsed.error);
}

/** A key counts once, however often its signature is repeated. */
function assertDistinctKeys(keyIds: readonly string[]): void {
  if (new Set(keyIds).size === keyIds.length) return;
  throw new InvalidInputError({ code: 'BAD_ARGUMENT', message: 'Two signatures name the same key.' });
}

function notCanonical(message: string, cause?: unknown): IntegrityError {
  return new IntegrityError({ code: 'NOT_CANONICAL', message, cause });
}
