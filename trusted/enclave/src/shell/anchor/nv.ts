import {
  bytes,
  convert,
  decode,
  DecodeError,
  DIGEST_BYTES,
  encode,
  invariant,
  nothing,
  opaque,
  struct,
  uint16,
  uint32,
  uint8,
  type Codec,
  type Of,
} from "@event-manager/protocol"
import { AnchorError } from "./anchor.ts"

/*
 * The three TPM commands that an anchor needs, byte for byte. Sections are those of the TPM 2.0 Library Specification,
 * revision 1.59: Part 1 (Architecture), Part 2 (Structures), Part 3 (Commands). All numbers are big-endian.
 */
export interface Command<T> {
  readonly bytes: Uint8Array
  readonly tag: number
  /** What a good response has behind its header. */
  readonly body: Codec<T>
}
export type Answer<T> =
  | { readonly kind: "done"; readonly body: T }
  /** A response code of Part 2 section 6.6.3, TPM_RC, other than success. */
  | { readonly kind: "refused"; readonly code: number }

/** Part 2 section 6.9, TPM_ST. */
const NO_SESSIONS = 0x8001
const SESSIONS = 0x8002
/** Part 2 section 6.5.2, TPM_CC. */
const NV_EXTEND = 0x136
const NV_READ = 0x14e
const NV_READ_PUBLIC = 0x169
/** Part 2 section 6.6.3, TPM_RC_SUCCESS. */
const SUCCESS = 0
/** Nine bytes, which Part 2 section 10.13.2 reads as TPM_RS_PW, no nonce, no attributes, the empty password. */
const EMPTY_PASSWORD = Uint8Array.fromHex("00000009400000090000000000")

const header = struct({ tag: uint16, size: uint32, code: uint32 })
/** Part 2 section 10.4, TPM2B: bytes behind their length in two bytes. */
const tpm2b = opaque(0, 0xffff)
/** Part 2 section 13.5, TPMS_NV_PUBLIC. */
const publicArea = struct({
  index: uint32,
  hash: uint16,
  attributes: uint32,
  authPolicy: tpm2b,
  dataBytes: uint16,
})
export type PublicArea = Of<typeof publicArea>
/** Part 2 section 13.6, TPM2B_NV_PUBLIC. */
const sizedPublicArea = convert(
  tpm2b,
  (area: PublicArea) => encode(publicArea, area),
  (sized) => decode(publicArea, sized),
)
const readPublicBody = struct({ publicArea: sizedPublicArea, name: tpm2b })
const readBody = authorised(struct({ dataBytes: exactly(uint16, DIGEST_BYTES), data: bytes(DIGEST_BYTES) }))
const extendBody = authorised(nothing)

/** Part 3 section 31.6, TPM2_NV_ReadPublic: what the index is. */
export function readPublic(index: number): Command<Of<typeof readPublicBody>> {
  return {
    bytes: joined(NO_SESSIONS, NV_READ_PUBLIC, u32(index)),
    tag: NO_SESSIONS,
    body: readPublicBody,
  }
}

/** Part 3 section 31.13, TPM2_NV_Read: 32 bytes from offset 0, authorised by the index itself. */
export function read(index: number): Command<Of<typeof readBody>> {
  const parameters = [u16(DIGEST_BYTES), u16(0)]
  const bytes = joined(SESSIONS, NV_READ, u32(index), u32(index), EMPTY_PASSWORD, ...parameters)
  return { bytes, tag: SESSIONS, body: readBody }
}

/** Part 3 section 31.9, TPM2_NV_Extend: by 32 bytes, authorised by the index itself. */
export function extend(index: number, hash: Uint8Array): Command<Of<typeof extendBody>> {
  invariant(hash.length === DIGEST_BYTES, "an anchor is extended by 32 bytes")
  const bytes = joined(SESSIONS, NV_EXTEND, u32(index), u32(index), EMPTY_PASSWORD, u16(DIGEST_BYTES), hash)
  return { bytes, tag: SESSIONS, body: extendBody }
}

/**
 * Part 1 section 18: a refusal is a bare header without sessions; anything else has the command's tag, succeeded, and
 * is followed by just what the command gives. Throws AnchorError TPM_NONSENSE for every other byte sequence.
 */
export function parseResponse<T>({ tag, body }: Command<T>, response: Uint8Array): Answer<T> {
  const size = exactly(uint32, response.length)
  try {
    if (response.length === header.bytesMax) {
      const { code } = decode(struct({ tag: exactly(uint16, NO_SESSIONS), size, code: uint32 }), response)
      if (code !== SUCCESS) return { kind: "refused", code }
    }
    const done = struct({ tag: exactly(uint16, tag), size, code: exactly(uint32, SUCCESS), body })
    return { kind: "done", body: decode(done, response).body }
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    const message = `what answers does not speak TPM 2.0 (${cause.message}): check the anchor's address`
    throw new AnchorError("TPM_NONSENSE", message, { cause })
  }
}

/** Part 1 section 18: tag, size of the whole, command code, then handles, sessions and parameters. */
function joined(tag: number, code: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const rest = Buffer.concat(parts)
  return Buffer.concat([encode(header, { tag, size: header.bytesMax + rest.length, code }), rest])
}

/**
 * Parameters that take one possible size, behind that size, then Part 2 section 10.13.3, TPMS_AUTH_RESPONSE, which for
 * a password has neither nonce nor HMAC (Part 1 section 19.4).
 */
function authorised<T>(parameters: Codec<T>) {
  const parametersBytes = exactly(uint32, parameters.bytesMax)
  const none = exactly(uint16, 0)
  return struct({
    parametersBytes,
    parameters,
    nonceBytes: none,
    attributes: uint8,
    hmacBytes: none,
  })
}

/** One value and no other. */
function exactly(codec: Codec<number>, expected: number): Codec<number> {
  return convert(
    codec,
    (value: number) => value,
    (value) => {
      if (value !== expected) throw new DecodeError("NUMBER_OUT_OF_RANGE", `${value} where ${expected} is due`)
      return value
    },
  )
}

function u16(value: number): Uint8Array {
  return encode(uint16, value)
}

function u32(value: number): Uint8Array {
  return encode(uint32, value)
}
