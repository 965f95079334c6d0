/*
 * In place of `hpke`: an ideal key encapsulation with sizes as X-Wing's, its secret known to the sender and to the
 * holder of the private key alone, and AES-256-GCM under what follows from it.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac } from "node:crypto"
import { drawn, keep, secretOf } from "./secrets.ts"

type Bytes = Uint8Array<ArrayBuffer>
const CIPHER = "aes-256-gcm"
const TAG_BYTES = 16
const PUBLIC_KEY_BYTES = 1_216
const ENCAPSULATED_BYTES = 1_120
const NONCE = new Uint8Array(12)

export const KEM_MLKEM768_X25519 = "ideal key encapsulation"
export const KDF_HKDF_SHA256 = "HMAC-SHA-256"
export const AEAD_AES_256_GCM = CIPHER

export class OpenError extends Error {}

interface Key {
  readonly bytes: Bytes
}

export class CipherSuite {
  async DeriveKeyPair(seed: Bytes): Promise<{ publicKey: Key; privateKey: Key }> {
    const secret = new Uint8Array(createHash("sha256").update("private").update(seed).digest())
    const publicKey = new Uint8Array(PUBLIC_KEY_BYTES)
    publicKey.set(createHash("sha256").update("public").update(secret).digest())
    keep(publicKey, secret)
    return { publicKey: { bytes: publicKey }, privateKey: { bytes: secret } }
  }

  async SerializePublicKey(key: Key): Promise<Bytes> {
    return key.bytes
  }

  async DeserializePublicKey(bytes: Bytes): Promise<Key> {
    return { bytes }
  }

  async SetupSender(publicKey: Key, { info }: { info: Bytes }): Promise<{ encapsulatedSecret: Bytes; ctx: Context }> {
    const encapsulatedSecret = new Uint8Array(ENCAPSULATED_BYTES)
    encapsulatedSecret.set(drawn(32))
    // Of a key that nobody made, nobody has the secret.
    const secret = secretOf(publicKey.bytes) ?? drawn(32)
    return { encapsulatedSecret, ctx: new Context(secret, encapsulatedSecret, info) }
  }

  async SetupRecipient(privateKey: Key, encapsulated: Bytes, { info }: { info: Bytes }): Promise<Context> {
    return new Context(privateKey.bytes, encapsulated, info)
  }
}

class Context {
  readonly #secret: Uint8Array

  constructor(secret: Uint8Array, encapsulated: Bytes, info: Bytes) {
    this.#secret = createHmac("sha256", secret).update(encapsulated).update(info).digest()
  }

  async Seal(content: Bytes, additionalData: Bytes): Promise<Bytes> {
    const cipher = createCipheriv(CIPHER, await this.Export(NONCE), NONCE).setAAD(additionalData)
    return new Uint8Array(Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]))
  }

  /** Throws where it was not sealed under this context. */
  async Open(sealed: Bytes, additionalData: Bytes): Promise<Bytes> {
    const end = sealed.length - TAG_BYTES
    const decipher = createDecipheriv(CIPHER, await this.Export(NONCE), NONCE).setAAD(additionalData)
    decipher.setAuthTag(sealed.subarray(end))
    return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]))
  }

  async Export(context: Bytes): Promise<Bytes> {
    return new Uint8Array(createHmac("sha256", this.#secret).update("export").update(context).digest())
  }
}
