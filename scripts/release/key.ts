/** The key that a release is signed with. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto"
import { readFileSync } from "node:fs"

/** An Ed25519 private key in PEM (PKCS#8), as `openssl genpkey -algorithm ed25519` makes it. Throws TypeError. */
export function readKey(path: string): KeyObject {
  const key = createPrivateKey(readFileSync(path))
  if (key.asymmetricKeyType !== "ed25519") throw new TypeError(`${path} is no Ed25519 key`)
  return key
}

/** One that is gone with this process, and that no client will ever know. */
export function throwAwayKey(): KeyObject {
  return generateKeyPairSync("ed25519").privateKey
}
