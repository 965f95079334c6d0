import { digest, name, type Digest, type Head } from "@event-manager/client"
import type { Entry, Happening } from "./journal.ts"
import { PageError } from "./pageError.ts"

/** An entry as it was kept: what JSON, or a browser's store, makes of one. Throws PageError (STORAGE_BROKEN). */
export function readEntry(kept: unknown): Entry {
  try {
    const { at, terms, computation, happening, server } = fields(kept)
    return {
      at: wholeNumber(at),
      terms: digestIn(terms),
      computation: name(text(computation)),
      happening: happeningIn(fields(happening)),
      ...(server === undefined ? {} : { server: text(server) }),
    }
  } catch (cause) {
    throw new PageError("STORAGE_BROKEN", "an entry of the journal cannot be read", { cause })
  }
}

/** The entries that can be read: the journal is for display, and one that is broken hides no other. */
export function readEntries(kept: readonly unknown[]): readonly Entry[] {
  return kept.flatMap((each) => {
    try {
      return [readEntry(each)]
    } catch (error) {
      if (error instanceof PageError) return []
      throw error
    }
  })
}

function happeningIn(kept: Fields): Happening {
  const { kind } = kept
  if (isPlain(kind)) return { kind }
  switch (kind) {
    case "submitted":
    case "revised":
      return { kind, receipt: headIn(kept["receipt"]), quorumReached: kept["quorumReached"] === true }
    case "keys submitted":
    case "keys retired":
      return { kind, keys: wholeNumber(kept["keys"]), receipt: headIn(kept["receipt"]) }
    case "frozen":
    case "released":
      return { kind, inputs: wholeNumber(kept["inputs"]), head: headIn(kept["head"]) }
    case "witnessed":
      return { kind, signed: wholeNumber(kept["signed"]), needed: wholeNumber(kept["needed"]) }
    case "matched":
      return { kind, matches: wholeNumber(kept["matches"]) }
    case "alarm":
      return { kind, code: text(kept["code"]) }
    default:
      throw new TypeError("no such happening")
  }
}

/** What has nothing to be said of. */
function isPlain(kind: unknown): kind is "created" | "invited" | "deleted" {
  return kind === "created" || kind === "invited" || kind === "deleted"
}

type Fields = Readonly<Record<string, unknown>>

function fields(value: unknown): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value }
  throw new TypeError("no record")
}

function headIn(value: unknown): Head {
  const { length, hash } = fields(value)
  return { length: wholeNumber(length), hash: digestIn(hash) }
}

function digestIn(value: unknown): Digest {
  return digest(Uint8Array.fromHex(text(value)))
}

function text(value: unknown): string {
  if (typeof value === "string") return value
  throw new TypeError("no text")
}

function wholeNumber(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value
  throw new TypeError("no whole number")
}
