/** What a release is signed with, and what of it is said. */
import { readLaunches } from "@event-manager/client/attestation"
import { createPublicKey, sign, type KeyObject } from "node:crypto"
import { readFileSync } from "node:fs"
import { readKey, throwAwayKey } from "./key.ts"
import type { Versions } from "./versions.ts"

export interface Signing {
  readonly launches: string
  readonly key: KeyObject
  /** What is to be said of it. */
  readonly note: string
}

/**
 * By the files of launches and of a key, or by a key for practice where there are neither. Throws TypeError where there is
 * one without the other, or where what would be signed is no release of this version: dated, and with launches.
 */
export function signingBy(versions: Versions, launches: string | undefined, key: string | undefined): Signing {
  const { version, date } = versions
  if (launches !== undefined && key !== undefined) {
    const text = readFileSync(launches, "utf8")
    const signing = { launches: text, key: readKey(key), note: `signed with ${key}` }
    const named = readLaunches(text)
    if (named.version !== version) throw new TypeError(`${launches} is of version ${named.version}, and not ${version}`)
    if (named.launches.length === 0) throw new TypeError(`${launches} names no launch, so no enclave would be accepted`)
    if (date === undefined) throw new TypeError(`CHANGELOG.md has no date for ${version}: what is signed is released`)
    return signing
  }
  if (launches !== undefined || key !== undefined) throw new TypeError("--launches and --key go together")
  return {
    launches: JSON.stringify({ version, productId: 1, revocationLevel: 0, launches: [] }),
    key: throwAwayKey(),
    note: "signed with a key that is thrown away: for practice, and not to be published",
  }
}

/** Detached, by Ed25519 (RFC 8032): 64 bytes, as `openssl pkeyutl -verify -rawin` takes them. */
export function signatureOf(text: string, key: KeyObject): Buffer {
  return sign(null, Buffer.from(text), key)
}

/** In PEM (SubjectPublicKeyInfo). The SHA-256 of the key in it is what constraints of the form `S:` name. */
export function publicKeyText(key: KeyObject): string {
  return createPublicKey(key).export({ format: "pem", type: "spki" })
}
