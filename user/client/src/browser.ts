/* The platform over what browsers have, and other systems that know no Node: WebCrypto and fetch. */
import { hpkeSuite, SECRET_BYTES } from "@event-manager/protocol"
import type { Cipher, HttpAnswer, HttpRequest, Platform } from "./platform.ts"
import { sha256, sha512, type Bytes } from "./webCrypto.ts"

export const platform: Platform = { hpke: hpkeSuite, verifyEd25519, sha256, sha512, deriveCipher, request }

async function verifyEd25519(publicKey: Bytes, data: Bytes, signature: Bytes): Promise<boolean> {
  try {
    return await crypto.subtle.verify("Ed25519", await verifyingKey(publicKey), signature, data)
  } catch {
    return false
  }
}

/** The key that was used last: nearly always the one enclave's. */
let latestKey: { readonly digits: string; readonly key: CryptoKey } | undefined

async function verifyingKey(publicKey: Bytes): Promise<CryptoKey> {
  const digits = publicKey.toHex()
  if (latestKey?.digits === digits) return latestKey.key
  const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"])
  latestKey = { digits, key }
  return key
}

async function deriveCipher(secret: Bytes, salt: Bytes, info: Bytes): Promise<Cipher> {
  const input = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"])
  const target = { name: "AES-GCM", length: SECRET_BYTES * 8 }
  const method = { name: "HKDF", hash: "SHA-256", salt, info }
  const key = await crypto.subtle.deriveKey(method, input, target, false, ["encrypt", "decrypt"])
  return {
    async seal(iv, additionalData, content) {
      return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, content))
    },
    async open(iv, additionalData, sealed) {
      try {
        return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, sealed))
      } catch {
        return undefined
      }
    },
  }
}

async function request(url: URL, { post, signal }: HttpRequest): Promise<HttpAnswer> {
  const posted = post === undefined ? {} : { method: "POST", headers: { "content-type": post.type }, body: post.body }
  const rules = { redirect: "manual", cache: "no-store", credentials: "omit" } as const
  const response = await fetch(url, { ...posted, ...rules, signal })
  return { status: response.status, body: chunks(response), cancel: async () => response.body?.cancel() }
}

async function* chunks(response: Response): AsyncGenerator<Uint8Array> {
  if (response.body === null) return
  const reader = response.body.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    // The rest is not wanted; that the connection may be gone already is no news.
    await reader.cancel().catch(() => undefined)
  }
}
