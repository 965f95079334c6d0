import { bytesOf, digest, DIGEST_BYTES, type PartyKey } from "@event-manager/protocol"
import { createHash, createHmac } from "node:crypto"
import type { Primitives } from "../core/primitives.ts"
import { isSignedBy } from "./ed25519.ts"

const BEFORE_THE_FIRST = new Uint8Array(DIGEST_BYTES)

/** The core's primitives, for the enclave of this identity and history key. */
export function nodePrimitives(identity: PartyKey, historyKey: Uint8Array): Primitives {
  return {
    identity,
    sha256: (bytes) => digest(createHash("sha256").update(bytes).digest()),
    link(previous, entry) {
      const hmac = createHmac("sha256", historyKey)
      hmac.update(previous === undefined ? BEFORE_THE_FIRST : bytesOf(previous))
      return digest(hmac.update(entry).digest())
    },
    verify: isSignedBy,
  }
}
