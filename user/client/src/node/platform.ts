/*
 * The platform over node:crypto and node:http, which do at once what WebCrypto has another thread do, and in less than
 * half of its time what fetch does (docs/performance.md).
 */
import { SECRET_BYTES } from "@event-manager/protocol"
import { nodeHpkeSuite, openAes, sealAes } from "@event-manager/protocol/node"
import { createHash, createPublicKey, hkdfSync, verify, type KeyObject } from "node:crypto"
import type { IncomingMessage } from "node:http"
import { TransportError } from "../errors.ts"
import type { HttpAnswer, HttpRequest, Platform } from "../platform.ts"
import type { Bytes } from "../webCrypto.ts"

/** Hosts give a sign of life every 15 seconds to whoever waits. */
const SILENCE_MS_MAX = 60_000

export const platform: Platform = {
  hpke: nodeHpkeSuite,
  verifyEd25519: async (publicKey, data, signature) => verifyEd25519(publicKey, data, signature),
  sha256: async (data) => new Uint8Array(createHash("sha256").update(data).digest()),
  sha512: async (data) => new Uint8Array(createHash("sha512").update(data).digest()),
  async deriveCipher(secret, salt, info) {
    const key = new Uint8Array(hkdfSync("sha256", secret, salt, info, SECRET_BYTES))
    return {
      seal: async (nonce, additionalData, content) => sealAes(key, nonce, additionalData, content),
      open: async (nonce, additionalData, sealed) => openAes(key, nonce, additionalData, sealed),
    }
  },
  request,
}

function verifyEd25519(publicKey: Bytes, data: Bytes, signature: Bytes): boolean {
  try {
    return verify(null, data, verifyingKey(publicKey), signature)
  } catch {
    return false
  }
}

/** The key that was used last: nearly always the one enclave's. */
let latestKey: { readonly digits: string; readonly key: KeyObject } | undefined

function verifyingKey(publicKey: Bytes): KeyObject {
  const digits = publicKey.toHex()
  if (latestKey?.digits === digits) return latestKey.key
  const x = publicKey.toBase64({ alphabet: "base64url", omitPadding: true })
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" })
  latestKey = { digits, key }
  return key
}

async function request(url: URL, { post, signal }: HttpRequest): Promise<HttpAnswer> {
  // To name them in an import would load, for the sake of their names, all that they can be asked for: 80 ms.
  const isSecure = url.protocol === "https:"
  const http = isSecure ? process.getBuiltinModule("node:https") : process.getBuiltinModule("node:http")
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const posted = post === undefined ? {} : { method: "POST", headers: { "content-type": post.type } }
  const asked = http.request(url, { ...posted, signal, timeout: SILENCE_MS_MAX }, resolve)
  asked.on("error", reject)
  asked.on("timeout", () => asked.destroy(new TransportError("HOST_UNREACHABLE", "the host fell silent")))
  // An answer that is none, as to change the protocol, ends in this alone.
  asked.on("close", () => reject(new TransportError("HOST_UNREACHABLE", "the connection ended without an answer")))
  asked.end(post?.body)
  const response = await promise
  const cancel = async (): Promise<void> => void response.destroy()
  return { status: response.statusCode ?? 0, body: piecesOf(response, signal), cancel }
}

/** Where an answer's end is that of the connection, one that was given up looks whole. */
async function* piecesOf(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield* response
  signal.throwIfAborted()
}
