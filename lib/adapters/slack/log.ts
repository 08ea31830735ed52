// What the Slack edge writes down: ids and codes, never contents.

/** One line of the log. `fields` hold ids, codes and counts. */
export type SlackLog = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, string | number | boolean | undefined>>,
) => void;
