import { choice, count, encode, enumeration, list, optional, struct, uint16, uint32, type Of } from "./codec.ts"
import { partyKeyCodec, requestIdCodec } from "./keys.ts"
import { labelled } from "./label.ts"
import { limits } from "./limits.ts"
import { nameCodec } from "./text.ts"

export const computationTypeCodec = enumeration({ avg: 0, min: 1, max: 2, key: 3 })
export type ComputationType = Of<typeof computationTypeCodec>
export const computationTypes = ["avg", "min", "max", "key"] as const satisfies readonly ComputationType[]

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

/** Everything that a computation's participants agree to by submitting. */
export const descriptorCodec = struct({
  /** The id of the request that created it: a second computation of the same name is another one. */
  id: requestIdCodec,
  name: nameCodec,
  type: computationTypeCodec,
  quorum: uint32,
  release: releaseCodec,
  convenor: partyKeyCodec,
  participants: list(partyKeyCodec, 2, limits.participantsMax),
  /** When it ceases to exist, in seconds since 1970. */
  expiresAt: optional(count),
})
export type Descriptor = Of<typeof descriptorCodec>

/** What the descriptor's digest, a SHA-256, is taken over. */
export function descriptorHashed(descriptor: Descriptor): Uint8Array<ArrayBuffer> {
  return labelled("descriptor", encode(descriptorCodec, descriptor))
}
