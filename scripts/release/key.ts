/** The key that a release is signed with. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto"
import { readFileSync } from "node:fs"

/** An Ed25519 private key in PEM (PKCS#8), as `openssl genpkey -algorithm ed25519` makes it. Throws TypeError. */
export function readKey(path: string): KeyObject {
  const key = privateKey(path, readFileSync(path))
  if (key.asymmetricKeyType !== "ed25519") throw new TypeError(`${path} is no Ed25519 key`)
  return key
}

/** What OpenSSL says of a key that it cannot read helps nobody. */
function privateKey(path: string, pem: Buffer): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    const advice = "it must be a private key in PEM (PKCS#8), without a passphrase"
    throw new TypeError(`${path} cannot be read as a key: ${advice}`, { cause })
  }
}

/** One that is gone with this process, and that no client will ever know. */
export function throwAwayKey(): KeyObject {
  return generateKeyPairSync("ed25519").privateKey
}
