import { createSubscriber } from "svelte/reactivity"
import { en } from "./en.ts"
import type { WordKey, Words } from "./wordKey.ts"

export type { WordKey }

/** The names in braces in a text. */
type NamesIn<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never
type Parameters<Key extends WordKey> = { readonly [Name in NamesIn<(typeof en)[Key]>]: string | number }
type Given<Key extends WordKey> = [NamesIn<(typeof en)[Key]>] extends [never] ? [] : [Parameters<Key>]

/** Keys that come in a form for one, `.one`, and a form for any other number, `.other`. */
export type CountedKey = { [Key in WordKey]: Key extends `${infer Stem}.one` ? Stem : never }[WordKey]

export interface Language {
  /** A BCP 47 tag. */
  readonly tag: string
  /** What its speakers call it. */
  readonly name: string
  readonly load: () => Promise<Words>
}

export const languages: readonly Language[] = [
  { tag: "en", name: "English", load: () => Promise.resolve(en) },
  { tag: "de", name: "Deutsch", load: async () => (await import("./de.ts")).de },
]

let tag = "en"
let words: Words = en
let tell = (): void => undefined
const subscribe = createSubscriber((update) => {
  tell = update
})

/** The tag of the language in use; a view that reads it is drawn anew when it changes. */
export function language(): string {
  subscribe()
  return tag
}

/** Takes another language from now on; one that is not there is English. */
export async function speak(wanted: string): Promise<void> {
  const chosen = languages.find((each) => each.tag === wanted) ?? languages[0]
  if (chosen === undefined) return
  words = await chosen.load()
  tag = chosen.tag
  tell()
}

/** The first language of the reader's that there is, or English. `wanted` are BCP 47 tags, best first. */
export function bestLanguage(wanted: readonly string[]): string {
  const tags = wanted.map((each) => each.toLowerCase().split("-")[0])
  return tags.find((each) => languages.some((known) => known.tag === each)) ?? "en"
}

/** The text for a key, with its parameters in place. They may be others' words: show the result as text alone. */
export function t<Key extends WordKey>(key: Key, ...given: Given<Key>): string {
  return say(key, given[0] ?? {})
}

/** As `t`, for keys that are computed: what the types cannot check, a test does. */
export function say(key: WordKey, parameters: Readonly<Record<string, string | number>>): string {
  subscribe()
  return words[key].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = parameters[name]
    if (value === undefined) return whole
    return typeof value === "number" ? numberText(value) : value
  })
}

/** The form of a text that goes with this number, which stands in it as `{n}`. */
export function counted(
  stem: CountedKey,
  n: number,
  parameters: Readonly<Record<string, string | number>> = {},
): string {
  subscribe()
  const form = new Intl.PluralRules(tag).select(n) === "one" ? "one" : "other"
  return say(`${stem}.${form}`, { ...parameters, n })
}

export function isWordKey(key: string): key is WordKey {
  return Object.hasOwn(en, key)
}

/** A number as readers of this language write it. */
export function numberText(value: number): string {
  subscribe()
  return new Intl.NumberFormat(tag).format(value)
}

/** Day and time of a moment in seconds since 1970, in the reader's own time zone. */
export function momentText(seconds: number): string {
  subscribe()
  return new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "short" }).format(seconds * 1_000)
}
