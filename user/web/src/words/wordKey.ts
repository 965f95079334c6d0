import type { en } from "./en.ts"

/** What can be said. */
export type WordKey = keyof typeof en
/** The words of a language: the same keys as English, and in each the same parameters. */
export type Words = Readonly<Record<WordKey, string>>
