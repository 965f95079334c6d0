/*
 * What the handshake and sessions need, where there is node:crypto: at once, where WebCrypto hands every call, of whatever
 * size, to another thread and back. The key encapsulation stays WebCrypto's, for `hpke` has no other.
 */
import {
  AEAD_AES_256_GCM,
  CipherSuite,
  KDF_HKDF_SHA256,
  KEM_MLKEM768_X25519,
  OpenError,
  type AEAD,
  type KDF,
} from "hpke"
import { createCipheriv, createDecipheriv, createHmac } from "node:crypto"
import { TAG_BYTES } from "./envelope.ts"

const CIPHER = "aes-256-gcm"

/** Ciphertext and tag (AES-256-GCM, NIST SP 800-38D). A key and nonce are used together once. */
export function sealAes(
  key: Uint8Array,
  nonce: Uint8Array,
  additionalData: Uint8Array,
  content: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(additionalData)
  const sealed = new Uint8Array(content.length + TAG_BYTES)
  sealed.set(cipher.update(content))
  cipher.final()
  sealed.set(cipher.getAuthTag(), content.length)
  return sealed
}

/** The content, or undefined where it was not sealed under this key, nonce and additional data. */
export function openAes(
  key: Uint8Array,
  nonce: Uint8Array,
  additionalData: Uint8Array,
  sealed: Uint8Array,
): Uint8Array<ArrayBuffer> | undefined {
  if (sealed.length < TAG_BYTES) return undefined
  const end = sealed.length - TAG_BYTES
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(additionalData)
  const content = decipher.update(sealed.subarray(0, end))
  decipher.setAuthTag(sealed.subarray(end))
  try {
    decipher.final()
  } catch {
    return undefined
  }
  return new Uint8Array(content.buffer, content.byteOffset, content.length)
}

/** HKDF-SHA256 (RFC 5869) as HPKE takes it: Extract and Expand apart. */
function hkdfSha256(): KDF {
  return {
    ...KDF_HKDF_SHA256(),
    async Extract(salt, ikm) {
      return new Uint8Array(createHmac("sha256", salt).update(ikm).digest())
    },
    async Expand(prk, info, length) {
      const expanded = new Uint8Array(length)
      let block: Uint8Array = new Uint8Array()
      for (let at = 0, counter = 1; at < length; at += block.length, counter++) {
        block = createHmac("sha256", prk).update(block).update(info).update(Uint8Array.of(counter)).digest()
        expanded.set(block.subarray(0, length - at), at)
      }
      return expanded
    },
  }
}

function aes256Gcm(): AEAD {
  return {
    ...AEAD_AES_256_GCM(),
    async Seal(key, nonce, additionalData, content) {
      return sealAes(key, nonce, additionalData, content)
    },
    async Open(key, nonce, additionalData, sealed) {
      const content = openAes(key, nonce, additionalData, sealed)
      if (content === undefined) throw new OpenError("not sealed under this key, nonce and additional data")
      return content
    },
  }
}

/** The suite of `handshake.ts`, over node:crypto. */
export const nodeHpkeSuite = new CipherSuite(KEM_MLKEM768_X25519, hkdfSha256, aes256Gcm)
