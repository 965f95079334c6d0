/*
 * What the page says, by the keys of its words: a test that names a key does not change with the wording.
 */
import { de } from "../../user/web/src/words/de.ts"
import { en } from "../../user/web/src/words/en.ts"
import type { WordKey } from "../../user/web/src/words/words.ts"

export type Given = Readonly<Record<string, string | number>>

/** The English text for a key, with its parameters in place. */
export function said(key: WordKey, given: Given = {}): string {
  return fill(en[key], given)
}

/** The German one. */
export function gesagt(key: WordKey, given: Given = {}): string {
  return fill(de[key], given)
}

function fill(text: string, given: Given): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(given[name] ?? whole))
}
