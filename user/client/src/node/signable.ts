import {
  decode,
  DecodeError,
  DIGEST_BYTES,
  ENCAPSULATED_BYTES,
  frozenCodec,
  frozenSigned,
  helloSigned,
  type Frozen,
} from "@event-manager/protocol"
import { UserError } from "../errors.ts"
import type { Notebook } from "../notebook.ts"
import { frozenDigest, termsOf } from "../statements.ts"

type Bytes = Uint8Array<ArrayBuffer>

/**
 * Holds what another program wants signed against what the protocol has a participant sign: a hello to an enclave, or
 * frozen inputs that stand in the notebook, as the only ones of their computation, before they are signed. Throws
 * UserError (INVALID_VALUE).
 */
export async function requireSignable(data: Bytes, notebook: Notebook): Promise<void> {
  if (isHello(data)) return
  const frozen = frozenIn(data)
  if (frozen === undefined) throw refused("it is nothing that a participant signs")
  const note = notebook.note(await termsOf(frozen.descriptor))
  if (note?.frozen === (await frozenDigest(frozen))) return
  throw refused("these are not the frozen inputs that are remembered of their computation")
}

function isHello(data: Bytes): boolean {
  const tail = DIGEST_BYTES + ENCAPSULATED_BYTES
  if (data.length < tail) return false
  const hash = data.subarray(data.length - tail, data.length - ENCAPSULATED_BYTES)
  return isSame(data, helloSigned(hash, data.subarray(data.length - ENCAPSULATED_BYTES)))
}

function frozenIn(data: Bytes): Frozen | undefined {
  try {
    const frozen = decode(frozenCodec, data.subarray(LABEL_BYTES))
    return isSame(data, frozenSigned(frozen)) ? frozen : undefined
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

/** Of frozen inputs; that it is the label is found out by writing them again. */
const LABEL_BYTES = "event-manager/1 frozen inputs".length

function isSame(one: Bytes, other: Bytes): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i])
}

function refused(why: string): UserError {
  return new UserError("INVALID_VALUE", `this is not signed: ${why}`)
}
