import { substitutePrimitives } from "@event-manager/client"
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_MLKEM768_X25519 } from "hpke"
import { PageError } from "../model/pageError.ts"
import type { SeedSigner } from "./localKey.ts"

/** What this browser's WebCrypto lacks, and what stands in for it. */
export interface Abilities {
  /** Undefined where the browser has Ed25519 itself. */
  readonly signer: SeedSigner | undefined
  /** Which of the two were loaded. */
  readonly substituted: readonly ("Ed25519" | "ML-KEM")[]
}

/**
 * Tries what the page needs, and loads what is missing. Rejects with PageError: NOT_SECURE_CONTEXT where the browser
 * offers no WebCrypto at all, CRYPTO_MISSING where it is too old to do without.
 */
export async function findAbilities(): Promise<Abilities> {
  if (!isSecureContext) {
    throw new PageError("NOT_SECURE_CONTEXT", "browsers encrypt only in pages from https:// or from this machine")
  }
  if (!hasLanguage()) throw new PageError("CRYPTO_MISSING", "this browser is too old for the page")
  const [ed25519, mlKem] = await Promise.all([hasEd25519(), hasMlKem()])
  const signer = ed25519 ? undefined : await loadEd25519()
  if (!mlKem) await loadMlKem()
  return { signer, substituted: [...(ed25519 ? [] : ["Ed25519" as const]), ...(mlKem ? [] : ["ML-KEM" as const])] }
}

/** What cannot be loaded afterwards. */
function hasLanguage(): boolean {
  return "fromBase64" in Uint8Array && "locks" in navigator && "subtle" in crypto
}

async function hasEd25519(): Promise<boolean> {
  try {
    await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])
    return true
  } catch {
    return false
  }
}

async function hasMlKem(): Promise<boolean> {
  try {
    await new CipherSuite(KEM_MLKEM768_X25519, KDF_HKDF_SHA256, AEAD_AES_256_GCM).GenerateKeyPair()
    return true
  } catch {
    return false
  }
}

async function loadEd25519(): Promise<SeedSigner> {
  const { seedSigner, verify } = await import("./ed25519.ts")
  substitutePrimitives({ verifyEd25519: async (...given) => verify(...given) })
  return seedSigner
}

async function loadMlKem(): Promise<void> {
  const { hpke } = await import("./mlKem.ts")
  substitutePrimitives({ hpke })
}
