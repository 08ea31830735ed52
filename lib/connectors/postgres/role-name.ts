// Role names as ids and as SQL. A name is any text of up to 63 bytes, chosen by whoever may make roles: attacker-controlled.
import { RefusedError } from '../../domain/errors.ts';

/** Characters that do not print, line and paragraph separators, marks that reorder text, and the escape itself. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}%]/gu;

/** A role's name in ids and messages: unprintable characters percent-encoded (RFC 3986 §2.1), the rest as it is. */
export function nativeIdOf(roleName: string): string {
  return roleName.replaceAll(UNPRINTABLE, (character) => encodeURIComponent(character));
}

/** The role's name again. */
export function roleNameOf(nativeId: string): string {
  return decodeURIComponent(nativeId);
}

/**
 * A role's name as a quoted SQL identifier.
 * https://www.postgresql.org/docs/15/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
 * @throws RefusedError NOT_SUPPORTED when the name did not survive the way here, so that another role might be meant
 */
export function quoteRole(roleName: string): string {
  if (roleName === '' || /[\0\uFFFD]/.test(roleName)) {
    throw new RefusedError({
      code: 'NOT_SUPPORTED',
      message: `role ${nativeIdOf(roleName)}: its name is not valid UTF-8 in this database; it is left to a person`,
    });
  }
  return `"${roleName.replaceAll('"', '""')}"`;
}

/** Text as an SQL literal, whatever standard_conforming_strings is. */
export function quoteLiteral(text: string): string {
  const doubled = text.replaceAll("'", "''");
  return text.includes('\\') ? ` E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
}
