import { count, encode, enumeration, list, optional, struct, uint32, type Of } from "./codec.ts"
import { partyKeyCodec, requestIdCodec } from "./keys.ts"
import { limits } from "./limits.ts"
import { nameCodec } from "./text.ts"

export const computationTypeCodec = enumeration({ avg: 0, min: 1, max: 2, key: 3 })
export type ComputationType = Of<typeof computationTypeCodec>
export const computationTypes = ["avg", "min", "max", "key"] as const satisfies readonly ComputationType[]

/** Everything that a computation's participants agree to by submitting. */
export const descriptorCodec = struct({
  /** The id of the request that created it: a second computation of the same name is another one. */
  id: requestIdCodec,
  name: nameCodec,
  type: computationTypeCodec,
  quorum: uint32,
  convenor: partyKeyCodec,
  participants: list(partyKeyCodec, 2, limits.participantsMax),
  /** When it ceases to exist, in seconds since 1970. */
  expiresAt: optional(count),
})
export type Descriptor = Of<typeof descriptorCodec>

const LABEL = new TextEncoder().encode("event-manager/1 descriptor")

/** What the descriptor's digest, a SHA-256, is taken over. */
export function descriptorHashed(descriptor: Descriptor): Uint8Array<ArrayBuffer> {
  const body = encode(descriptorCodec, descriptor)
  const hashed = new Uint8Array(LABEL.length + body.length)
  hashed.set(LABEL)
  hashed.set(body, LABEL.length)
  return hashed
}
