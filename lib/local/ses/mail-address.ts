// E-mail addresses as SES takes them: bare, or with a display name.
import { SesFailure } from './ses-failure.ts';

const ADDRESS =
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}$/;

/** The domain of SES's mailbox simulator. */
export const SIMULATOR_DOMAIN = 'simulator.amazonses.com';

/** The bare address of `Name <a@b.c>` or `a@b.c`, in lower case. @throws SesFailure BadRequestException. */
export function bareAddress(text: string): string {
  if (text.length > 640) throw new SesFailure('BadRequestException', 'Address is too long');
  const address = (/<([^<>]*)>\s*$/.exec(text)?.[1] ?? text).trim();
  if (hasControlCharacters(text))
    throw new SesFailure('BadRequestException', 'Address contains control characters');
  if (!address.includes('@')) throw new SesFailure('BadRequestException', "Missing final '@domain'");
  if (!ADDRESS.test(address))
    throw new SesFailure('BadRequestException', `Invalid email address: ${address}`);
  return address.toLowerCase();
}

/** What stands after the @. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** Carriage return, line feed and their like: in a header they would start another one. */
export function hasControlCharacters(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

/** Splits a header's address list at commas outside quotes and angle brackets. */
export function splitAddresses(header: string): string[] {
  return (header.match(/(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,])+/g) ?? [])
    .map((part) => part.trim())
    .filter(Boolean);
}
