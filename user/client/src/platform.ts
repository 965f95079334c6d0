/*
 * What Node and browsers each have in a way of their own. `#platform` is the one or the other, by the conditions of
 * package.json's imports (Node's packages documentation, "Subpath imports").
 */
import type { hpkeSuite } from "@event-manager/protocol"
import type { Bytes } from "./webCrypto.ts"

/** What a browser may lack. */
export interface Primitives {
  /** HPKE over MLKEM768-X25519, HKDF-SHA256 and AES-256-GCM. */
  readonly hpke: Pick<typeof hpkeSuite, "DeserializePublicKey" | "SetupSender">
  /** Whether this is the Ed25519 signature over `data` under the raw key. */
  readonly verifyEd25519: (publicKey: Bytes, data: Bytes, signature: Bytes) => Promise<boolean>
}

export interface Platform extends Primitives {
  readonly sha256: (data: Bytes) => Promise<Bytes>
  readonly sha512: (data: Bytes) => Promise<Bytes>
  /** AES-256-GCM under the key that HKDF-SHA256 (RFC 5869) makes of these. */
  readonly deriveCipher: (secret: Bytes, salt: Bytes, info: Bytes) => Promise<Cipher>
  /** Follows no redirection and takes nothing from a cache. Rejects where no answer comes, or no more of one. */
  readonly request: (url: URL, request: HttpRequest) => Promise<HttpAnswer>
}

/** A key and nonce seal once. */
export interface Cipher {
  /** Ciphertext and tag. */
  seal(nonce: Bytes, additionalData: Bytes, content: Bytes): Promise<Bytes>
  /** The content, or undefined where it was not sealed under this key, nonce and additional data. */
  open(nonce: Bytes, additionalData: Bytes, sealed: Bytes): Promise<Bytes | undefined>
}

export interface HttpRequest {
  /** What is posted; without it, it is a GET. */
  readonly post?: { readonly type: string; readonly body: Bytes }
  readonly signal: AbortSignal
}

export interface HttpAnswer {
  /** 0 where a browser was sent elsewhere, and does not say by which status. */
  readonly status: number
  /** The body as it arrives. To stop reading is to give up the rest. */
  readonly body: AsyncIterable<Uint8Array>
  /** Gives up a body of which nothing was read. */
  readonly cancel: () => Promise<void>
}
