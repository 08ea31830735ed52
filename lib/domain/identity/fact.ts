// A value with where it came from, or an honest "unknown" with where we looked.
import * as z from 'zod';

/** Schema of a fact whose value matches `value`. */
export function factOf<T extends z.ZodType>(value: T) {
  return z.discriminatedUnion('known', [
    z.strictObject({ known: z.literal(true), value, source: z.string() }),
    z.strictObject({ known: z.literal(false), lookedIn: z.array(z.string()) }),
  ]);
}

/** A known value with its source, or unknown with the places that were searched. */
export type Fact<T> =
  | { readonly known: true; readonly value: T; readonly source: string }
  | { readonly known: false; readonly lookedIn: string[] };

/** A value and the source that states it. */
export function known<T>(value: T, source: string): Fact<T> {
  return { known: true, value, source };
}

/** Nothing found, having looked in the places named. */
export function unknown(...lookedIn: string[]): { readonly known: false; readonly lookedIn: string[] } {
  return { known: false, lookedIn };
}

/** The fact's value, or undefined when unknown. */
export function valueOf<T>(fact: Fact<T>): T | undefined {
  return fact.known ? fact.value : undefined;
}
