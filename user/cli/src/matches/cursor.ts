import { escapeText } from "@event-manager/client"
import { UsageError } from "../usageError.ts"

/** A place in the order in which matches are told. It is good for one life of the enclave. */
export interface Cursor {
  /** The first digits of the life's id. */
  readonly life: string
  readonly next: number
}

/** Enough that no two lives share them. */
const LIFE_DIGITS = 16
const SYNTAX = /^([0-9a-f]{16})-([0-9]{1,15})$/

export function writeCursor(life: string, next: number): string {
  return `${life.slice(0, LIFE_DIGITS)}-${next}`
}

/** Throws UsageError. */
export function readCursor(written: unknown): Cursor | undefined {
  if (typeof written !== "string") return undefined
  const [, life, next] = SYNTAX.exec(written) ?? []
  if (life !== undefined && next !== undefined) return { life, next: Number(next) }
  throw new UsageError(`'${escapeText(written)}' is no cursor: give what an earlier 'get-matches' has told`)
}
