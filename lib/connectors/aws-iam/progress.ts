// Several requests that belong together: when one fails, the error says what was done before it.
import { UpstreamError } from '../../domain/errors.ts';

/** Requests made so far. */
export interface Progress {
  /** Makes one. @throws UpstreamError that names the earlier ones: half an act is never silent. */
  step(what: string, act: () => Promise<string>): Promise<void>;
  /** Something worth keeping that needed no request. */
  remark(text: string): void;
  /** Whether a request was made. */
  changed(): boolean;
  evidence(): string[];
}

/** Starts with nothing done. */
export function createProgress(): Progress {
  const done: string[] = [];
  const evidence: string[] = [];
  return {
    async step(what, act) {
      try {
        evidence.push(await act());
        done.push(what);
      } catch (error) {
        if (!(error instanceof UpstreamError) || done.length === 0) throw error;
        const { code, provider, retryable, retryAfterMs, cause } = error;
        const message = `${error.message}; done before that: ${done.join(', ')}`;
        throw new UpstreamError({ code, provider, retryable, retryAfterMs, message, cause });
      }
    },
    remark: (text) => void evidence.push(text),
    changed: () => done.length > 0,
    evidence: () => [...evidence],
  };
}
