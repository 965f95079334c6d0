import { DecodeError, digest, name, type Digest, type Head } from "@event-manager/protocol"
import { UserError } from "./errors.ts"
import type { Note } from "./notebook.ts"

/**
 * A note as it was kept: what JSON, or a browser's store, makes of one. Throws UserError (MEMORY_BROKEN) for anything
 * else.
 */
export function readNote(kept: unknown): Note {
  try {
    return noteIn(record(kept))
  } catch (cause) {
    if (!(cause instanceof DecodeError) && !(cause instanceof SyntaxError)) throw cause
    throw new UserError("MEMORY_BROKEN", "what is remembered of a computation cannot be read", { cause })
  }
}

function noteIn({ computation, head: seen, receipt, isUnacknowledged, revision, frozen }: Fields): Note {
  return {
    computation: name(String(computation)),
    head: seen === undefined ? undefined : head(seen),
    receipt: receipt === undefined ? undefined : head(receipt),
    isUnacknowledged: isUnacknowledged === true,
    revision: wholeNumber(revision),
    frozen: frozen === undefined ? undefined : digestIn(frozen),
  }
}

function head(value: unknown): Head {
  const { length, hash } = record(value)
  return { length: wholeNumber(length), hash: digestIn(hash) }
}

function digestIn(value: unknown): Digest {
  return digest(Uint8Array.fromHex(String(value)))
}

type Fields = Readonly<Record<string, unknown>>

function record(value: unknown): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value }
  throw new UserError("MEMORY_BROKEN", "what is remembered of a computation is no record")
}

function wholeNumber(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value
  throw new UserError("MEMORY_BROKEN", "what is remembered of a computation has no whole number where one stands")
}
