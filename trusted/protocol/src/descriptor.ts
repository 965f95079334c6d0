import {
  choice,
  count,
  encode,
  enumeration,
  optional,
  struct,
  uint16,
  uint32,
  uint8,
  type Codec,
  type Of,
} from "./codec.ts"
import { DecodeError, invariant } from "./errors.ts"
import { partyKeyCodec, partyKeyList, requestIdCodec } from "./keys.ts"
import { labelled } from "./label.ts"
import { limits } from "./limits.ts"
import { nameCodec } from "./text.ts"

/** A number stays its type's for good. 4 is no type's: a `key` computation with terms of its own bears it (below). */
const typeNumbers = { avg: 0, min: 1, max: 2, key: 3 } as const
const KEY_WITH_TERMS = 4

export const computationTypeCodec = enumeration(typeNumbers)
export type ComputationType = Of<typeof computationTypeCodec>
export const computationTypes = ["avg", "min", "max", "key"] as const satisfies readonly ComputationType[]

invariant(computationTypes.length === Object.keys(typeNumbers).length, "each type with a number is listed")
invariant(
  new Set([...Object.values(typeNumbers), KEY_WITH_TERMS]).size === computationTypes.length + 1,
  "each type has a number of its own",
)

/** How a one-shot computation lets go of its result. */
export const releaseCodec = choice({
  /** The first to ask after quorum. */
  first: { tag: 0, body: struct({}) },
  /** The first to ask once every participant has submitted. */
  all: { tag: 1, body: struct({}) },
  /** The first to ask after quorum freezes the inputs; so many participants must then sign that they saw them. */
  witnessed: { tag: 2, body: struct({ witnesses: uint16 }) },
})
export type Release = Of<typeof releaseCodec>

/** What the participants of a `key` computation learn: each match, or only how many of their own keys matched. */
export const tellingCodec = enumeration({ told: 0, counted: 1 })
export type Telling = Of<typeof tellingCodec>

/** What only `key` computations may state. */
const keyTerms = {
  /** How many keys each participant may submit, retired ones included. */
  keysMax: optional(count),
  matches: tellingCodec,
}
const keyTermsCodec = struct(keyTerms)
export const KEY_TERMS_BYTES_MAX = keyTermsCodec.bytesMax

const baseCodec = struct({
  /** The id of the request that created it: a second computation of the same name is another one. */
  id: requestIdCodec,
  name: nameCodec,
  /** The number of the type or, of a computation that states terms of its own for keys, KEY_WITH_TERMS. */
  type: uint8,
  quorum: uint32,
  release: releaseCodec,
  convenor: partyKeyCodec,
  participants: partyKeyList(2, limits.participantsMax),
  /** When it ceases to exist, in seconds since 1970. */
  expiresAt: optional(count),
})

/** Everything that a computation's participants agree to by submitting. */
export interface Descriptor extends Omit<Of<typeof baseCodec>, "type">, Of<typeof keyTermsCodec> {
  readonly type: ComputationType
}

/**
 * Terms for keys stand at the end, and only where there are some: descriptors without them are encoded as they were
 * before there were such terms, so that their digests stay.
 */
export const descriptorCodec: Codec<Descriptor> = {
  bytesMax: baseCodec.bytesMax + keyTermsCodec.bytesMax,
  write(writer, descriptor) {
    const { type, ...rest } = descriptor
    const hasTerms = statesKeyTerms(descriptor)
    invariant(type === "key" || !hasTerms, "only computations over keys have terms for keys")
    baseCodec.write(writer, { ...rest, type: hasTerms ? KEY_WITH_TERMS : typeNumbers[type] })
    if (hasTerms) keyTermsCodec.write(writer, descriptor)
  },
  read(reader) {
    const { id, name, type, quorum, release, convenor, participants, expiresAt } = baseCodec.read(reader)
    const plain = computationTypes.find((each) => typeNumbers[each] === type)
    if (plain === undefined && type !== KEY_WITH_TERMS) throw new DecodeError("UNKNOWN_VARIANT", `type ${type}`)
    const terms = plain === undefined ? keyTermsCodec.read(reader) : NO_KEY_TERMS
    if (plain === undefined && !statesKeyTerms(terms)) throw new DecodeError("UNKNOWN_VARIANT", "terms that state none")
    return { id, name, type: plain ?? "key", quorum, release, convenor, participants, expiresAt, ...terms }
  },
}

/** What a computation states that says nothing of keys. */
export const NO_KEY_TERMS = { keysMax: undefined, matches: "told" } as const

/** Whether anything is said of keys that is not so by itself. */
export function statesKeyTerms({ keysMax, matches }: Of<typeof keyTermsCodec>): boolean {
  return keysMax !== undefined || matches !== "told"
}

/** What the descriptor's digest, a SHA-256, is taken over. */
export function descriptorHashed(descriptor: Descriptor): Uint8Array<ArrayBuffer> {
  return labelled("descriptor", encode(descriptorCodec, descriptor))
}
