/** Where finished packs wait to be taken away. What lies there goes by itself after some days. */
export interface PackShelf {
  /** Puts a file of this machine there, in place of one of that name. */
  putFile(name: string, path: string): Promise<void>;
  /** Puts a short text there, in place of one of that name. */
  putText(name: string, text: string): Promise<void>;
  /** A short text, strongly consistent; undefined when there is none of that name. */
  readText(name: string): Promise<string | undefined>;
  /** An address from which whoever has it can fetch the file for so many seconds. */
  link(name: string, seconds: number): Promise<string>;
}
