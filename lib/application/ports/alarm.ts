/** Something that a person must look at now. */
export interface AlarmCall {
  /** What kind of trouble; its section in the runbook. */
  readonly code: 'FORK' | 'SIGNATURE' | 'UNSEALABLE' | 'ROOT_MISMATCH';
  readonly message: string;
  /** Ids only, no contents. */
  readonly details: Readonly<Record<string, string | number>>;
}

/** Raises alarms: a metric with an alarm on it, or a line on a screen. */
export interface Alarm {
  raise(call: AlarmCall): Promise<void>;
}
