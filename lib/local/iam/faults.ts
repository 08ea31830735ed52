// Failures played on purpose: the next so many calls of an action fail as the real service fails.

/** `lost-answer`: the call is carried out and the connection cut before the answer. */
export type Fault<Code extends string> = Code | 'lost-answer';

/** Failures waiting for their calls. */
export interface FaultPlan<Code extends string> {
  /** Plans a failure for the next `times` calls of `action`, or of any action (`*`). */
  plan(action: string, fault: Fault<Code>, times?: number): void;
  /** The failure the present call meets, if any; each is used up. */
  take(action: string): Fault<Code> | undefined;
}

/** Starts with nothing planned. */
export function openFaultPlan<Code extends string>(): FaultPlan<Code> {
  const planned: { readonly action: string; readonly fault: Fault<Code>; left: number }[] = [];
  return {
    plan(action, fault, times = 1) {
      planned.push({ action, fault, left: times });
    },
    take(action) {
      const next = planned.find(
        (entry) => entry.left > 0 && (entry.action === '*' || entry.action === action),
      );
      if (!next) return undefined;
      next.left -= 1;
      return next.fault;
    },
  };
}
