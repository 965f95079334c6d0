import {
  encode,
  evidenceCodec,
  hpkeSuite,
  LIFE_BYTES,
  partyKey,
  statementCodec,
  STATEMENT_VERSION,
} from "@event-manager/protocol"
import { createHash, generateKeyPairSync } from "node:crypto"
import type { Platform } from "./platform/platform.ts"

/** One start of the enclave: its keys, and the evidence that binds them to its code. */
export interface Life {
  /** The HPKE private key; it never leaves memory. */
  readonly mailKey: Awaited<ReturnType<typeof hpkeSuite.GenerateKeyPair>>
  /** SHA-256 of the statement. */
  readonly statementHash: Uint8Array<ArrayBuffer>
  /** Evidence with a report of this second. */
  evidence(issuedAt: number): Uint8Array<ArrayBuffer>
}

export async function beginLife(platform: Platform): Promise<Life> {
  const mailKey = await hpkeSuite.GenerateKeyPair(false)
  const { publicKey } = generateKeyPairSync("ed25519")
  const { x } = publicKey.export({ format: "jwk" })
  const statement = encode(statementCodec, {
    version: STATEMENT_VERSION,
    platform: platform.name,
    identity: partyKey(Uint8Array.fromBase64(x ?? "", { alphabet: "base64url" })),
    mailKey: new Uint8Array(await hpkeSuite.SerializePublicKey(mailKey.publicKey)),
    life: platform.entropy(LIFE_BYTES),
  })
  const reportData = new Uint8Array(createHash("sha512").update(statement).digest())
  return {
    mailKey,
    statementHash: new Uint8Array(createHash("sha256").update(statement).digest()),
    evidence: (issuedAt) => encode(evidenceCodec, { statement, quote: platform.quote(reportData, issuedAt) }),
  }
}
