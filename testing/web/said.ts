/*
 * What the page says, by the keys of its words: a test that names a key does not change with the wording.
 */
import { de } from "../../user/web/src/words/de.ts"
import { en } from "../../user/web/src/words/en.ts"
import type { WordKey } from "../../user/web/src/words/words.ts"

export type Given = Readonly<Record<string, string | number>>
export type Tongue = "en" | "de"

export const words: Readonly<Record<Tongue, Readonly<Record<WordKey, string>>>> = { en, de }

/** The text for a key, with its parameters in place. */
export function said(key: WordKey, given: Given = {}, tongue: Tongue = "en"): string {
  return words[tongue][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(given[name] ?? whole))
}
