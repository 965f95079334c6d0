/** JSON of others' making, without trusting its form. */
import { readFileSync } from "node:fs"

export type Fields = ReadonlyMap<string, unknown>

/** The fields of the object in a file. Throws what reading or parsing throws. */
export function readFields(path: string): Fields {
  return fieldsOf(JSON.parse(readFileSync(path, "utf8")))
}

/** Of an object its fields, of an array its items by index, of anything else nothing. */
export function fieldsOf(value: unknown): Fields {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : [])
}

/** Those of the fields that are text. */
export function textsOf(value: unknown): Readonly<Record<string, string>> {
  const texts = [...fieldsOf(value)].filter((each): each is [string, string] => typeof each[1] === "string")
  return Object.fromEntries(texts)
}
