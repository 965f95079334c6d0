/*
 * The platform over node:crypto and node:http, which do at once what WebCrypto has another thread do, and in less than
 * half of its time what fetch does (docs/performance.md).
 */
import { SECRET_BYTES } from "@event-manager/protocol"
import { nodeHpkeSuite, openAes, sealAes } from "@event-manager/protocol/node"
import { createHash, hkdfSync } from "node:crypto"
import type { IncomingMessage } from "node:http"
import type { HttpAnswer, HttpRequest, Platform } from "../platform.ts"

export const platform: Platform = {
  hpke: nodeHpkeSuite,
  sha256: async (data) => new Uint8Array(createHash("sha256").update(data).digest()),
  async deriveCipher(secret, salt, info) {
    const key = new Uint8Array(hkdfSync("sha256", secret, salt, info, SECRET_BYTES))
    return {
      seal: async (nonce, additionalData, content) => sealAes(key, nonce, additionalData, content),
      open: async (nonce, additionalData, sealed) => openAes(key, nonce, additionalData, sealed),
    }
  },
  request,
}

async function request(url: URL, { post, signal }: HttpRequest): Promise<HttpAnswer> {
  // To name them in an import would load, for the sake of their names, all that they can be asked for: 80 ms.
  const isSecure = url.protocol === "https:"
  const http = isSecure ? process.getBuiltinModule("node:https") : process.getBuiltinModule("node:http")
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const options = post === undefined ? {} : { method: "POST", headers: { "content-type": post.type } }
  http
    .request(url, { ...options, signal }, resolve)
    .on("error", reject)
    .end(post?.body)
  const response = await promise
  return { status: response.statusCode ?? 0, body: response, cancel: async () => void response.destroy() }
}
