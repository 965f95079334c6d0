import { hpkeSuite } from "@event-manager/protocol"
import { nodeHpkeSuite } from "@event-manager/protocol/node"
import fc from "fast-check"
import { strict as assert } from "node:assert"
import { generateKeyPairSync, sign } from "node:crypto"
import { once } from "node:events"
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http"
import { createServer as createTcpServer, type Server as TcpServer } from "node:net"
import { describe, test, type TestContext } from "node:test"
import { bytesArb, opaqueArb, record } from "../../../testing/src/arbitraries.ts"
import { fuzz } from "../../../testing/src/fuzz.ts"
import { flipped } from "../../../testing/src/hostileHost.ts"
import { platform as browser } from "./browser.ts"
import { platform as node } from "./node/platform.ts"

type Bytes = Uint8Array<ArrayBuffer>

/** Of edwards25519's base point (RFC 8032 section 5.1). */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n
/** Points of order 1, 2, 4 and 8, and two encodings that are not canonical. */
const SMALL_ORDER = [
  `01${"00".repeat(31)}`,
  `ec${"ff".repeat(30)}7f`,
  "00".repeat(32),
  `${"00".repeat(31)}80`,
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
]

const platforms = { node, browser }
const never = new AbortController().signal

test("this is Node, so that its platform is used", async () => {
  const { platform } = await import("#platform")
  assert.equal(platform, node)
})

describe("the platforms are one another's equal", () => {
  test("in hashes, and in what they seal and open", async (t) => {
    const keyArb = record({ secret: bytesArb(32), salt: bytesArb(32), info: opaqueArb(0, 40) })
    const mailArb = record({ nonce: bytesArb(12), header: opaqueArb(0, 60), content: opaqueArb(0, 3_000) })
    const property = fc.asyncProperty(keyArb, mailArb, fc.nat(), async (key, { nonce, header, content }, where) => {
      assert.deepEqual(await node.sha256(content), await browser.sha256(content))
      const one = await node.deriveCipher(key.secret, key.salt, key.info)
      const other = await browser.deriveCipher(key.secret, key.salt, key.info)
      const sealed = await one.seal(nonce, header, content)
      assert.deepEqual(sealed, await other.seal(nonce, header, content))
      for (const cipher of [one, other]) {
        assert.deepEqual(await cipher.open(nonce, header, sealed), content)
        assert.equal(await cipher.open(nonce, header, flipped(sealed, where % sealed.length)), undefined)
        assert.equal(await cipher.open(flipped(nonce, where % 12), header, sealed), undefined)
        assert.equal(await cipher.open(nonce, Uint8Array.of(...header, 0), sealed), undefined)
        assert.equal(await cipher.open(nonce, header, sealed.subarray(0, where % 16)), undefined)
      }
    })
    await fc.assert(property, fuzz(t, 100))
  })

  test("in Ed25519, also where key or signature is of small order, not reduced, or of another length", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519")
    const key = Uint8Array.fromBase64(publicKey.export({ format: "jwk" }).x ?? "", { alphabet: "base64url" })
    const data = Uint8Array.of(1, 2, 3)
    const signature = new Uint8Array(sign(undefined, data, privateKey))
    const isSaid = async (...parts: readonly [Bytes, Bytes, Bytes]): Promise<boolean> => {
      const [one, other] = await Promise.all([node.verifyEd25519(...parts), browser.verifyEd25519(...parts)])
      assert.equal(one, other, parts.map((part) => part.toHex()).join())
      return one
    }
    assert.equal(await isSaid(key, data, signature), true)
    for (let bit = 0; bit < 512; bit++) {
      const changed = signature.slice()
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.equal(await isSaid(key, data, changed), false)
    }
    const s = BigInt(`0x${signature.slice(32).toReversed().toHex()}`)
    const notReduced = Uint8Array.fromHex((s + ORDER).toString(16).padStart(64, "0")).toReversed()
    assert.equal(await isSaid(key, data, Uint8Array.of(...signature.subarray(0, 32), ...notReduced)), false)
    for (const length of [0, 31, 33]) assert.equal(await isSaid(new Uint8Array(length), data, signature), false)
    for (const length of [0, 63, 65]) assert.equal(await isSaid(key, data, new Uint8Array(length)), false)
    for (const point of SMALL_ORDER) {
      for (const other of SMALL_ORDER) {
        const universal = Uint8Array.of(...Uint8Array.fromHex(other), ...new Uint8Array(32))
        for (let text = 0; text < 8; text++) await isSaid(Uint8Array.fromHex(point), Uint8Array.of(text), universal)
      }
    }
  })

  test("in HPKE: what one seals and exports, the other opens and exports", async () => {
    const info = Uint8Array.of(1, 2, 3)
    const text = new TextEncoder().encode("content")
    for (const [sender, recipient] of [
      [node.hpke, hpkeSuite],
      [browser.hpke, nodeHpkeSuite],
    ] as const) {
      const pair = await recipient.GenerateKeyPair(false)
      const raw = new Uint8Array(await recipient.SerializePublicKey(pair.publicKey))
      const { encapsulatedSecret, ctx } = await sender.SetupSender(await sender.DeserializePublicKey(raw), { info })
      const context = await recipient.SetupRecipient(pair.privateKey, encapsulatedSecret, { info })
      const sealed = new Uint8Array(await ctx.Seal(text, info))
      await assert.rejects(context.Open(flipped(sealed, 5), info), { name: "OpenError" })
      assert.deepEqual(new Uint8Array(await context.Open(sealed, info)), text)
      assert.deepEqual(await context.Export(info, 80), await ctx.Export(info, 80))
    }
  })
})

for (const [name, { request }] of Object.entries(platforms)) {
  describe(`HTTP by the ${name} platform`, () => {
    test("posts a body of a type and brings status and body, over connections that stay", async (t) => {
      const seen: (readonly unknown[])[] = []
      const connections = new Set<unknown>()
      const echo = async (asked: IncomingMessage, answer: ServerResponse): Promise<void> => {
        connections.add(asked.socket)
        const { method, url: path, headers } = asked
        const body = await joined(asked)
        seen.push([method, path, headers["content-type"], headers["content-length"], body])
        answer.writeHead(body.length === 0 ? 404 : 200).end(body.subarray(1))
      }
      const url = await serve(t, (asked, answer) => void echo(asked, answer))
      const body = new Uint8Array(300_000).map((_, i) => i)
      const posted = await request(new URL("mail", url), { post: { type: "x/y", body }, signal: never })
      assert.deepEqual([posted.status, await joined(posted.body)], [200, body.subarray(1)])
      const got = await request(new URL("nowhere", url), { signal: never })
      assert.deepEqual([got.status, await joined(got.body)], [404, new Uint8Array()])
      assert.deepEqual(seen.slice(0, 2), [
        ["POST", "/mail", "x/y", "300000", body],
        ["GET", "/nowhere", undefined, undefined, new Uint8Array()],
      ])
      for (let i = 0; i < 5; i++) await joined((await request(new URL(url), { signal: never })).body)
      // A request right after another may find its connection not yet free.
      assert.ok(connections.size <= 2)
    })

    test("follows no redirection", async (t) => {
      let asked = 0
      const url = await serve(t, (_, answer) => {
        asked += 1
        answer.writeHead(302, { location: "/elsewhere" }).end()
      })
      const { status, cancel } = await request(new URL(url), { signal: never })
      assert.equal(status, 302)
      await cancel()
      assert.equal(asked, 1)
    })

    test("rejects where nobody listens, and where it is given up before there is an answer", async (t) => {
      const silent = await serve(t, () => undefined)
      await assert.rejects(request(new URL(silent), { signal: AbortSignal.abort() }))
      const abort = new AbortController()
      const pending = request(new URL(silent), { signal: abort.signal })
      abort.abort()
      await assert.rejects(pending)
      const server = createServer().listen(0, "127.0.0.1")
      await once(server, "listening")
      const gone = urlOf(server)
      await once(server.close(), "close")
      await assert.rejects(request(new URL(gone), { signal: never }))
    })

    test("brings a body piece by piece, and rejects where it breaks off or is given up", async (t) => {
      for (const end of ["broken", "given up"] as const) {
        const abort = new AbortController()
        const url = await serve(t, (_, answer) => void answer.write("first"))
        const { body } = await request(new URL(url), { signal: abort.signal })
        const pieces = body[Symbol.asyncIterator]()
        assert.equal(new TextDecoder().decode((await pieces.next()).value), "first")
        const next = pieces.next()
        if (end === "broken") servers.get(url)?.closeAllConnections()
        else abort.abort()
        await assert.rejects(async () => next, end)
      }
    })

    test("rejects a body without a length that is given up, and an answer that is none", async (t) => {
      for (const [head, isNone] of [
        ["HTTP/1.1 200 OK\r\n\r\n", false],
        ["HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", true],
      ] as const) {
        const server = createTcpServer((socket) => {
          socket.on("error", () => undefined)
          socket.once("data", () => socket.write(`${head}some`))
        }).listen(0, "127.0.0.1")
        await once(server, "listening")
        t.after(() => server.close())
        const abort = new AbortController()
        const asked = request(new URL(urlOf(server)), { signal: abort.signal })
        if (isNone) {
          await assert.rejects(asked)
          continue
        }
        const pieces = (await asked).body[Symbol.asyncIterator]()
        assert.equal(new TextDecoder().decode((await pieces.next()).value), "some")
        const next = pieces.next()
        abort.abort()
        await assert.rejects(async () => next)
      }
    })

    test("lets go of the connection of a body that is given up", async (t) => {
      const closed = Promise.withResolvers<void>()
      const url = await serve(t, (asked, answer) => {
        asked.socket.once("close", () => closed.resolve())
        answer.write("and so on")
      })
      const answer = await request(new URL(url), { signal: never })
      await answer.cancel()
      await closed.promise
    })
  })
}

const servers = new Map<string, Server>()

async function serve(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1")
  await once(server, "listening")
  const url = urlOf(server)
  servers.set(url, server)
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return url
}

function urlOf(server: TcpServer): string {
  const address = server.address()
  assert.ok(typeof address === "object" && address !== null)
  return `http://127.0.0.1:${address.port}/`
}

async function joined(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(Buffer.concat(await Array.fromAsync(pieces)))
}
