// One JSON value on one line, safe on a terminal and for tools that split on any line break.

/** JSON text without a newline. C1 control and bidi characters, which JSON leaves as they are, are written as escapes. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
