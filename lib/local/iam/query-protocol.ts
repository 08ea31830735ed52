// The AWS query protocol as IAM and STS speak it: form parameters in, XML out, errors in ErrorResponse.

/** What is rendered as XML: an array becomes a list of `<member>`, undefined is left out. */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | XmlMap
  | readonly XmlValue[]
  | { readonly [element: string]: XmlValue };

/** A map rendered as `<entry><key/><value/></entry>`, as GetAccountSummary does. */
export class XmlMap {
  readonly entries: ReadonlyMap<string, number>;

  constructor(entries: ReadonlyMap<string, number>) {
    this.entries = entries;
  }
}

/** An error as the service words it. Caught at the door and rendered; never leaves the stand-in otherwise. */
export class QueryFailure extends Error {
  readonly code: string;
  readonly httpStatus: number;

  constructor(code: string, httpStatus: number, message: string) {
    super(message);
    this.name = 'QueryFailure';
    this.code = code;
    this.httpStatus = httpStatus;
  }
}

/** 404 NoSuchEntity. */
export function noSuchEntity(message: string): QueryFailure {
  return new QueryFailure('NoSuchEntity', 404, message);
}

/** 400 ValidationError. */
export function validationError(message: string): QueryFailure {
  return new QueryFailure('ValidationError', 400, message);
}

/** A parameter that must be there. */
export function requiredParam(params: URLSearchParams, name: string): string {
  const value = params.get(name);
  if (value !== null && value !== '') return value;
  const field = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  throw validationError(
    `1 validation error detected: Value null at '${field}' failed to satisfy constraint: Member must not be null`,
  );
}

/** A parameter that must be one of the values named. */
export function enumParam<const Value extends string>(
  params: URLSearchParams,
  name: string,
  values: readonly Value[],
): Value {
  const given = requiredParam(params, name);
  const value = values.find((candidate) => candidate === given);
  if (value !== undefined) return value;
  const field = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  throw validationError(
    `1 validation error detected: Value '${given}' at '${field}' failed to satisfy constraint: Member must satisfy enum value set: [${values.join(', ')}]`,
  );
}

/** The values of `name.member.1`, `name.member.2`, … in order. */
export function listParam(params: URLSearchParams, name: string): string[] {
  const values: string[] = [];
  for (let index = 1; ; index += 1) {
    const value = params.get(`${name}.member.${index}`);
    if (value === null) return values;
    values.push(value);
  }
}

/** One page of a listing, with IAM's IsTruncated and Marker. */
export interface Page<Item> {
  readonly items: Item[];
  readonly IsTruncated: boolean;
  readonly Marker: string | undefined;
}

/** Cuts a listing by `MaxItems` (default 100, at most 1000, and never more than `pageSize`) and `Marker`. */
export function pageOf<Item>(all: readonly Item[], params: URLSearchParams, pageSize: number): Page<Item> {
  const asked = Number(params.get('MaxItems') ?? '100');
  if (!Number.isInteger(asked) || asked < 1 || asked > 1000) {
    throw validationError(
      `1 validation error detected: Value '${params.get('MaxItems')}' at 'maxItems' failed to satisfy constraint: Member must have value between 1 and 1000`,
    );
  }
  const marker = params.get('Marker');
  const start = marker === null ? 0 : offsetOf(marker, params.get('Action') ?? '');
  const end = start + Math.min(asked, pageSize);
  const IsTruncated = end < all.length;
  return {
    items: all.slice(start, end),
    IsTruncated,
    Marker: IsTruncated ? Buffer.from(`${params.get('Action')}:${end}`).toString('base64url') : undefined,
  };
}

function offsetOf(marker: string, action: string): number {
  const [of, offset] = Buffer.from(marker, 'base64url').toString('utf8').split(':');
  if (of === action && /^\d{1,9}$/.test(offset ?? '')) return Number(offset);
  throw validationError('Invalid Marker.');
}

/** A successful answer. */
export function renderResponse(
  action: string,
  namespace: string,
  result: XmlValue,
  requestId: string,
): string {
  const body = result === undefined ? '' : element(`${action}Result`, result);
  return `<${action}Response xmlns="${namespace}">${body}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>\n`;
}

/** An error answer. */
export function renderFailure(failure: QueryFailure, namespace: string, requestId: string): string {
  const error = {
    Type: failure.httpStatus >= 500 ? 'Receiver' : 'Sender',
    Code: failure.code,
    Message: failure.message,
  };
  return `<ErrorResponse xmlns="${namespace}">${element('Error', error)}<RequestId>${requestId}</RequestId></ErrorResponse>\n`;
}

function element(name: string, value: XmlValue): string {
  return value === undefined ? '' : `<${name}>${content(value)}</${name}>`;
}

function content(value: Exclude<XmlValue, undefined>): string {
  if (typeof value !== 'object') return escapeXml(String(value));
  if (value instanceof XmlMap) {
    return [...value.entries].map(([key, count]) => element('entry', { key, value: count })).join('');
  }
  if (isList(value)) return value.map((member) => element('member', member)).join('');
  return Object.entries(value)
    .map(([name, child]) => element(name, child))
    .join('');
}

function isList(value: object): value is readonly XmlValue[] {
  return Array.isArray(value);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#xD;',
};

function escapeXml(text: string): string {
  return text.replace(/[&<>"'\r]/g, (char) => ESCAPES[char] ?? char);
}
