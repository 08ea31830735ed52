// CloudTrail's event history on this machine, over records from a file, for the real SDK client.
import type { Clock } from '../../application/ports/clock.ts';
import { millisOf } from '../../domain/time.ts';
import { listen } from '../iam/listen.ts';
import { readSignatureClaim } from '../iam/sigv4.ts';
import { LookupRequest, lookUp, TrailRecord } from './lookup-events.ts';

/** How to start the stand-in. */
export interface CloudTrailOptions {
  /** Records as a trail writes them, in any order. */
  readonly records: readonly unknown[];
  readonly clock: Clock;
  /** Requests it takes in a second of `clock` in each Region. @default 2, as the service */
  readonly perSecond?: number | undefined;
  readonly port?: number | undefined;
}

/** A request that was answered or refused. */
export interface LookupSeen {
  readonly region: string;
  readonly attribute: string | undefined;
  readonly refusedAs: string | undefined;
}

/** CloudTrail while it runs. */
export interface CloudTrailStandIn {
  readonly endpoint: string;
  requests(): readonly LookupSeen[];
  /** Makes the request with this number (from 1, over all so far) and the `times - 1` after it fail. */
  failFrom(request: number, code: PlayedCode, times?: number): void;
  close(): Promise<void>;
}

const STATUS = {
  ThrottlingException: 400,
  AccessDeniedException: 400,
  InternalFailure: 500,
} as const;
/** Failures that can be played. */
export type PlayedCode = keyof typeof STATUS;

/** Starts the stand-in. Signatures must be well-formed and for CloudTrail; they are not checked further. */
export async function startCloudTrail(options: CloudTrailOptions): Promise<CloudTrailStandIn> {
  const { clock, perSecond = 2 } = options;
  const records = options.records.map((record) => TrailRecord.parse(record));
  const seen: LookupSeen[] = [];
  const taken = new Map<string, number>();
  const faults: { readonly from: number; readonly to: number; readonly code: PlayedCode }[] = [];

  const throttled = (region: string): boolean => {
    const second = `${region}/${Math.floor(millisOf(clock.now()) / 1000)}`;
    taken.set(second, (taken.get(second) ?? 0) + 1);
    return (taken.get(second) ?? 0) > perSecond;
  };

  const answer = async (request: Request): Promise<Response> => {
    const claim = readSignatureClaim({
      method: request.method,
      path: new URL(request.url).pathname,
      query: new URLSearchParams(),
      header: (name) => request.headers.get(name) ?? undefined,
      body: '',
    });
    if (claim?.service !== 'cloudtrail') return refused('MissingAuthenticationTokenException', 'Not signed.');
    if (!request.headers.get('x-amz-target')?.endsWith('.LookupEvents'))
      return refused('UnknownOperationException', 'Only LookupEvents is played.');
    const { region } = claim;
    const asked = LookupRequest.safeParse(await request.json());
    const attribute = asked.data?.LookupAttributes[0]?.AttributeKey;
    const note = (refusedAs: string | undefined) => void seen.push({ region, attribute, refusedAs });
    const number = seen.length + 1;
    const fault = faults.find(({ from, to }) => number >= from && number <= to);
    const code = fault?.code ?? (throttled(region) ? 'ThrottlingException' : undefined);
    if (code) {
      note(code);
      return refused(
        code,
        code === 'ThrottlingException' ? 'Rate exceeded' : 'Played by the stand-in.',
        STATUS[code],
      );
    }
    if (!asked.success) {
      note('InvalidLookupAttributesException');
      return refused('InvalidLookupAttributesException', 'The request is malformed.');
    }
    const here = records.filter(({ awsRegion }) => awsRegion === region);
    const found = lookUp(here, asked.data, millisOf(clock.now()));
    if ('code' in found) {
      note(found.code);
      return refused(found.code, found.message);
    }
    note(undefined);
    return Response.json(found, { headers: { 'content-type': 'application/x-amz-json-1.1' } });
  };

  const listening = await listen((request) => answer(request), options.port);
  return {
    endpoint: listening.origin,
    requests: () => [...seen],
    failFrom: (request, code, times = 1) =>
      void faults.push({ from: request, to: request + times - 1, code }),
    close: () => listening.close(),
  };
}

function refused(code: string, message: string, status = 400): Response {
  return Response.json(
    { __type: code, message },
    { status, headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code } },
  );
}
