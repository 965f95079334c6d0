import {
  encode,
  evidenceCodec,
  SECRET_BYTES,
  statementCodec,
  STATEMENT_VERSION,
  type AnchorName,
  type PartyKey,
} from "@event-manager/protocol"
import { nodeHpkeSuite } from "@event-manager/protocol/node"
import { createHash } from "node:crypto"
import type { Platform } from "./platform/platform.ts"

/** One start of the enclave: its keys, and the evidence that binds them to its code. */
export interface Life {
  /** Random: no two starts of an enclave share it. */
  readonly id: Uint8Array<ArrayBuffer>
  /** The HPKE private key; it never leaves memory. */
  readonly mailKey: Awaited<ReturnType<typeof nodeHpkeSuite.GenerateKeyPair>>
  /** SHA-256 of the statement. */
  readonly statementHash: Uint8Array<ArrayBuffer>
  /** Evidence with a report of this second. Rejects where the platform gives none. */
  evidence(issuedAt: number): Promise<Uint8Array<ArrayBuffer>>
}

/** `id` has 32 bytes. */
export async function beginLife(
  platform: Platform,
  id: Uint8Array<ArrayBuffer>,
  identity: PartyKey,
  anchor: AnchorName,
): Promise<Life> {
  const mailKey = await nodeHpkeSuite.DeriveKeyPair(platform.entropy(SECRET_BYTES), false)
  const statement = encode(statementCodec, {
    version: STATEMENT_VERSION,
    platform: platform.name,
    identity,
    mailKey: new Uint8Array(await nodeHpkeSuite.SerializePublicKey(mailKey.publicKey)),
    life: id,
    anchor,
  })
  const reportData = new Uint8Array(createHash("sha512").update(statement).digest())
  return {
    id,
    mailKey,
    statementHash: new Uint8Array(createHash("sha256").update(statement).digest()),
    async evidence(issuedAt) {
      const quote = await platform.quote(reportData, issuedAt)
      return encode(evidenceCodec, { statement, quote, endorsements: [] })
    },
  }
}
