// PostgreSQL's failures, in our words: who must act, and whether trying again can help.
// https://www.postgresql.org/docs/15/errcodes-appendix.html
import { DatabaseError } from 'pg';
import { InvalidInputError, RefusedError, type UpstreamCode, UpstreamError } from '../../domain/errors.ts';

interface Verdict {
  readonly code: UpstreamCode;
  readonly retryable: boolean;
  readonly advice?: string;
}

const NO_ROUTE =
  'is the server up, and can it be reached from here? Functions of an installation are in no VPC and reach public addresses only';

const BY_STATE: readonly (readonly [states: RegExp, verdict: Verdict])[] = [
  [/^28/, { code: 'DENIED', retryable: false, advice: 'the login of the connector’s own role was refused' }],
  [/^42501$/, { code: 'DENIED', retryable: false, advice: 'the GRANTs it needs are in its README' }],
  [/^(57014|55P03|25P03)$/, { code: 'TIMEOUT', retryable: true }],
  [/^53/, { code: 'THROTTLED', retryable: true }],
  [/^(08|57P0[1-3]|40)/, { code: 'UNAVAILABLE', retryable: true }],
  [/^25006$/, { code: 'REJECTED', retryable: false, advice: 'this is a standby: name the primary as host' }],
];

/** Names a failure for what it means. Errors of our own pass as they are. `action` is what was being done. */
export function toUpstream(error: unknown, action: string): Error {
  if (error instanceof UpstreamError || error instanceof RefusedError || error instanceof InvalidInputError) {
    return error;
  }
  const { code, retryable, advice } =
    error instanceof DatabaseError ? verdictOn(error) : withoutAnswer(error);
  const said = error instanceof Error ? error.message : 'failed';
  const state = error instanceof DatabaseError && error.code !== undefined ? ` (SQLSTATE ${error.code})` : '';
  return new UpstreamError({
    provider: 'postgres',
    code,
    retryable,
    message: `${action}: ${said}${state}${advice === undefined ? '' : `; ${advice}`}`,
    cause: error,
  });
}

function verdictOn({ code = '', routine }: DatabaseError): Verdict {
  // Two ALTER ROLE of one role at once: the later finds the row changed under it. No state of its own, and it passes.
  if (code === 'XX000' && routine === 'simple_heap_update') return { code: 'UNAVAILABLE', retryable: true };
  return BY_STATE.find(([states]) => states.test(code))?.[1] ?? { code: 'REJECTED', retryable: false };
}

const TLS_FAULT = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO$)/;

/** No answer of the server's, or none that could be trusted. */
function withoutAnswer(error: unknown): Verdict {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const said = error instanceof Error ? error.message : '';
  if (TLS_FAULT.test(code) || /does not support SSL/.test(said)) {
    return {
      code: 'REJECTED',
      retryable: false,
      advice: 'nothing was sent: the server did not prove who it is',
    };
  }
  if (/read timeout/i.test(said)) return { code: 'TIMEOUT', retryable: true };
  return { code: 'UNAVAILABLE', retryable: true, advice: NO_ROUTE };
}
