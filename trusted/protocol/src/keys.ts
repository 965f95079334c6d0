import { bytes, convert, opaque, type Codec } from "./codec.ts"
import { DecodeError, invariant } from "./errors.ts"

declare const brand: unique symbol
/** A participant's or convenor's Ed25519 public key (RFC 8032), as 64 lower-case hexadecimal digits. */
export type PartyKey = string & { readonly [brand]: "PartyKey" }
/** What makes one mutating request that request: 16 random bytes, as hexadecimal digits. */
export type RequestId = string & { readonly [brand]: "RequestId" }
/** A SHA-256, as hexadecimal digits. */
export type Digest = string & { readonly [brand]: "Digest" }

export const PARTY_KEY_BYTES = 32
export const REQUEST_ID_BYTES = 16
export const DIGEST_BYTES = 32
export const SIGNATURE_BYTES = 64

/** Throws DecodeError (PARTY_KEY_SYNTAX) unless `key` has 32 bytes. */
export function partyKey(key: Uint8Array): PartyKey {
  if (key.length !== PARTY_KEY_BYTES) {
    throw new DecodeError("PARTY_KEY_SYNTAX", `a public key has ${PARTY_KEY_BYTES} bytes; this one has ${key.length}`)
  }
  return key.toHex() as PartyKey
}

/** `id` has 16 bytes, fresh and random. Throws DecodeError (LENGTH_OUT_OF_RANGE). */
export function requestId(id: Uint8Array): RequestId {
  return sized(id, REQUEST_ID_BYTES) as RequestId
}

/** `hash` has 32 bytes. Throws DecodeError (LENGTH_OUT_OF_RANGE). */
export function digest(hash: Uint8Array): Digest {
  return sized(hash, DIGEST_BYTES) as Digest
}

/** The bytes of a key, request id or digest. */
export function bytesOf(hex: PartyKey | RequestId | Digest): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2)
  // V8 takes seven times as long for Uint8Array.fromHex, and terms may name a thousand keys.
  bytes.setFromHex(hex)
  return bytes
}

export const partyKeyCodec: Codec<PartyKey> = convert(bytes(PARTY_KEY_BYTES), bytesOf, partyKey)

/** The bytes of lists that were decoded, and are encoded again for each who asks and each who hashes them. */
const bytesOfLists = new WeakMap<readonly PartyKey[], Uint8Array<ArrayBuffer>>()

/** Encoded as a list of single keys is, but all of them at once: terms may name a thousand. What is decoded is frozen. */
export function partyKeyList(min: number, max: number): Codec<readonly PartyKey[]> {
  return convert(opaque(min * PARTY_KEY_BYTES, max * PARTY_KEY_BYTES), bytesOfAll, partyKeys)
}

export const requestIdCodec: Codec<RequestId> = convert(bytes(REQUEST_ID_BYTES), bytesOf, requestId)
export const digestCodec: Codec<Digest> = convert(bytes(DIGEST_BYTES), bytesOf, digest)

function bytesOfAll(keys: readonly PartyKey[]): Uint8Array<ArrayBuffer> {
  const known = bytesOfLists.get(keys)
  if (known !== undefined) return known
  const bytes = new Uint8Array(keys.length * PARTY_KEY_BYTES)
  const { written } = bytes.setFromHex(keys.join(""))
  invariant(written === bytes.length, "each key has 64 digits")
  return bytes
}

function partyKeys(bytes: Uint8Array<ArrayBuffer>): readonly PartyKey[] {
  if (bytes.length % PARTY_KEY_BYTES > 0) throw new DecodeError("TRUNCATED", "the last public key is cut short")
  const digits = bytes.toHex()
  const keys = Array.from(
    { length: bytes.length / PARTY_KEY_BYTES },
    (_, i) => digits.slice(i * 2 * PARTY_KEY_BYTES, (i + 1) * 2 * PARTY_KEY_BYTES) as PartyKey,
  )
  // A copy, since what is decoded may be a view of all that came with it.
  bytesOfLists.set(Object.freeze(keys), bytes.slice())
  return keys
}

function sized(value: Uint8Array, length: number): string {
  if (value.length !== length) throw new DecodeError("LENGTH_OUT_OF_RANGE", `${length} bytes expected`)
  return value.toHex()
}
