import { digest, httpTransport, makeCard, name, partyKey, type Transport } from "@event-manager/client"
import { createIdentity, Memory } from "@event-manager/client/node"
import { strict as assert } from "node:assert"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, test } from "node:test"
import { newIdentity } from "../../../../testing/src/testClient.ts"
import { Api } from "./api.ts"
import { PageMemory } from "./pageMemory.ts"
import { servePage, type PageServer } from "./server.ts"

const ALICE = name("ALICE")
const SERVER = "http://host.test/"

let folder: string
let page: PageServer
let memory: Memory
let relayed: Uint8Array[]

const transport: Transport = {
  ...httpTransport(SERVER),
  evidence: async () => new Uint8Array([1, 2, 3]),
  mail: async (frame) => {
    relayed.push(frame)
    return new Uint8Array([4])
  },
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "ui-"))
  relayed = []
  memory = Memory.open(join(folder, "ALICE.client.json"), undefined)
  const identity = createIdentity(join(folder, "ALICE.identity.pem"), undefined)
  const pageMemory = PageMemory.open(join(folder, "ALICE.page.json"))
  const api = new Api({ name: ALICE, identity, memory, pageMemory, folder, server: SERVER, configured: undefined })
  const files = new Map([["index.html", { type: "text/html", bytes: new TextEncoder().encode("<p>page") }]])
  const headers = { "content-security-policy": "default-src 'none'", "x-content-type-options": "nosniff" }
  page = await servePage({ page: { files, headers }, api, transport, about: () => ({ kind: "own machine" }) })
})

afterEach(async () => {
  await page.close()
  rmSync(folder, { recursive: true })
})

interface Answer {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, unknown>>
}

/** As a browser sends it, but for what the test says otherwise. */
function ask(
  path: string,
  {
    method = "GET",
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string | undefined>; body?: string | Uint8Array } = {},
): Promise<Answer> {
  const url = new URL(page.link)
  const origin = method === "POST" ? { origin: url.origin } : {}
  const whole = path.startsWith("/") ? path : `${url.pathname}${path}`
  return new Promise((resolve, reject) => {
    const given = Object.entries({ ...origin, ...headers }).filter(([, value]) => value !== undefined)
    const options = { host: url.hostname, port: url.port, path: whole, method, headers: Object.fromEntries(given) }
    const asked = request(options, (response) => {
      let text = ""
      response.setEncoding("latin1").on("data", (part: string) => (text += part))
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }))
    })
    asked.on("error", reject)
    asked.end(body)
  })
}

const json = (what: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(`api/${what}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  })

async function open(): Promise<{ lease: string; opened: Record<string, unknown> }> {
  const opened = JSON.parse((await json("open", {})).text) as Record<string, unknown>
  return { lease: String(opened["lease"]), opened }
}

const withLease = (lease: string): Record<string, string> => ({ "event-manager-lease": lease })

function sign(lease: string, data: Uint8Array): Promise<Answer> {
  const headers = { "content-type": "application/octet-stream", ...withLease(lease) }
  return ask("api/sign", { method: "POST", headers, body: data })
}

describe("whom the server answers", () => {
  test("the page, with a policy on everything", async () => {
    for (const [path, status, text] of [
      ["", 200, "<p>page"],
      ["home.json", 200, '{"kind":"own machine"}'],
      ["nothing", 404, "there is no such file"],
      ["host/attestation", 200, "\u0001\u0002\u0003"],
    ] as const) {
      const answer = await ask(path)
      assert.deepEqual([answer.status, answer.text], [status, text])
      assert.equal(answer.headers["content-security-policy"], "default-src 'none'")
      assert.equal(answer.headers["access-control-allow-origin"], undefined)
    }
  })

  test("only on this machine, at a port and under a path that change", async () => {
    const link = new URL(page.link)
    assert.equal(link.hostname, "127.0.0.1")
    assert.match(link.pathname, /^\/[A-Za-z0-9_-]{43}\/$/)
  })

  test("nobody without the token", async () => {
    const token = new URL(page.link).pathname.slice(1, -1)
    const wrong = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`
    for (const path of [
      "/",
      "/index.html",
      `/${token}`,
      `/${wrong}/`,
      `/${wrong}/home.json`,
      `//${token}/`,
      `/${token}x/home.json`,
    ]) {
      assert.equal((await ask(path)).status, 404, path)
    }
    assert.equal(
      (await ask(`/${wrong}/api/open`, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" }))
        .status,
      404,
    )
  })

  test("no other host name, though it lead here: DNS rebinding", async () => {
    for (const host of ["evil.test", `evil.test:${new URL(page.link).port}`, "localhost", "127.0.0.1"]) {
      assert.equal((await ask("home.json", { headers: { host } })).status, 421, host)
    }
  })

  test("no other page of the browser", async () => {
    const body = { method: "POST", body: "{}" }
    const type = { "content-type": "application/json" }
    for (const origin of ["http://evil.test", "null", "http://127.0.0.1:1", `https://${new URL(page.link).host}`]) {
      assert.equal((await ask("api/open", { ...body, headers: { ...type, origin } })).status, 403, origin)
      assert.equal((await ask("home.json", { headers: { origin } })).status, 403, origin)
    }
    for (const site of ["cross-site", "same-site"]) {
      assert.equal((await ask("", { headers: { "sec-fetch-site": site } })).status, 403, site)
    }
    assert.equal((await ask("", { headers: { "sec-fetch-site": "none" } })).status, 200)
    for (const origin of ["", undefined]) {
      assert.equal(
        (await ask("api/open", { ...body, headers: { ...type, origin } })).status,
        403,
        "a POST names its page",
      )
    }
  })

  test("no other method, type, or length", async () => {
    assert.equal((await ask("home.json", { method: "DELETE" })).status, 405)
    const form = { "content-type": "application/x-www-form-urlencoded" }
    assert.equal((await ask("api/open", { method: "POST", headers: form, body: "a=1" })).status, 415)
    const long = { "content-type": "application/json" }
    assert.equal((await ask("api/open", { method: "POST", headers: long, body: "x".repeat(70_000) })).status, 413)
    assert.equal((await ask("api/open", { method: "POST", headers: long, body: "{" })).status, 400)
    assert.equal((await json("nothing", {}, withLease((await open()).lease))).status, 404)
    assert.deepEqual(relayed, [])
  })
})

describe("what the page is given", () => {
  test("all that is remembered, with its card and those of others", async () => {
    const { opened } = await open()
    const bob = await makeCard(name("BOB"), await newIdentity())
    assert.deepEqual(
      [opened["pins"], opened["notes"], opened["cards"], opened["places"], opened["entries"]],
      [[], [], [], [], []],
    )
    const { lease } = await open()
    const enclave = partyKey(new Uint8Array(32).fill(1))
    const terms = digest(new Uint8Array(32).fill(2))
    const note = { computation: "It", isUnacknowledged: false, revision: 3, head: { length: 2, hash: terms } }
    const asked = [
      ["pin", { address: SERVER, identity: enclave }],
      ["note", { terms, note }],
      ["card", { text: bob.text }],
      ["place", { server: SERVER, constraint: `C:${terms}` }],
      ["entry", { entry: { at: 1 } }],
    ] as const
    for (const [what, body] of asked) assert.equal((await json(what, body, withLease(lease))).status, 200, what)
    const { opened: later } = await open()
    assert.deepEqual(later["pins"], [[SERVER, enclave]])
    assert.deepEqual(later["notes"], [[terms, note]])
    assert.deepEqual(later["cards"], [bob.text])
    assert.deepEqual(later["places"], [{ server: SERVER, constraint: `C:${terms}` }])
    assert.deepEqual(later["entries"], [{ at: 1 }])
    assert.deepEqual(Memory.open(join(folder, "ALICE.client.json"), undefined).get(SERVER), enclave, "kept at once")
    assert.match(readFileSync(join(folder, "BOB.conclave"), "utf8"), /^BOB\n/)
  })

  test("to the page that was opened last, and no other", async () => {
    const [first, second] = [await open(), await open()]
    const pin = { address: SERVER, identity: "0".repeat(64) }
    assert.equal((await json("pin", pin, withLease(first.lease))).status, 409)
    assert.equal((await sign(first.lease, hello())).status, 409)
    assert.equal((await json("pin", pin)).status, 409)
    assert.equal((await json("pin", pin, withLease(second.lease))).status, 200)
  })

  test("not what is malformed, foreign, or forgets what was seen", async () => {
    const { lease } = await open()
    const terms = "2".repeat(64)
    const note = {
      computation: "It",
      isUnacknowledged: false,
      revision: 3,
      head: { length: 2, hash: terms },
      receipt: { length: 2, hash: terms },
      frozen: terms,
    }
    assert.equal((await json("note", { terms, note }, withLease(lease))).status, 200)
    const { frozen: _frozen, ...unfrozen } = note
    for (const [what, body] of [
      ["note", { terms, note: unfrozen }],
      ["note", { terms, note: { ...note, frozen: "3".repeat(64) } }],
      ["note", { terms, note: { ...note, revision: 2 } }],
      ["note", { terms, note: { ...note, head: { length: 1, hash: terms } } }],
      ["note", { terms, note: { ...note, head: { length: 2, hash: "3".repeat(64) } } }],
      ["note", { terms, note: { ...note, receipt: undefined } }],
      ["note", { terms: "zz", note }],
      ["note", { terms, note: null }],
      ["pin", { address: 1, identity: "0".repeat(64) }],
      ["pin", { address: SERVER, identity: "0" }],
      ["card", { text: "ALICE\n" }],
      ["place", { server: "http://other.test/", constraint: `C:${terms}` }],
      ["place", { server: SERVER, constraint: "nonsense" }],
      ["entry", { entry: "x" }],
      ["entry", { entry: { text: "x".repeat(3_000) } }],
    ] as const)
      assert.equal(
        (await json(what, body, withLease(lease))).status,
        400,
        `${what} ${JSON.stringify(body).slice(0, 80)}`,
      )
    assert.equal(memory.note(digest(Uint8Array.fromHex(terms)))?.frozen, terms)
  })
})

describe("which enclave is accepted", () => {
  const [one, other] = [`C:${"1".repeat(64)}`, `C:${"2".repeat(64)}`]
  const apiAt = async (server: string, configured?: string): Promise<{ api: Api; lease: string }> => {
    const pageMemory = PageMemory.open(join(folder, "ALICE.page.json"))
    const identity = await newIdentity()
    const api = new Api({ name: ALICE, identity, memory, pageMemory, folder, server, configured })
    return { api, lease: String((await api.answer("open", "", {}))?.["lease"]) }
  }

  test("is remembered of the host where it was, and of no other", async () => {
    const { api, lease } = await apiAt(SERVER)
    await api.answer("place", lease, { server: SERVER, constraint: one })
    assert.equal((await apiAt(SERVER)).api.constraint, one)
    const elsewhere = await apiAt("http://other.test/")
    assert.equal(elsewhere.api.constraint, undefined)
    await elsewhere.api.answer("place", elsewhere.lease, { server: "http://other.test/", constraint: other })
    assert.equal((await apiAt(SERVER)).api.constraint, one)
  })

  test("may be a changed one, by the fingerprint that the command was given", async () => {
    memory = Memory.open(join(folder, "ALICE.client.json"), "aaaa-bbbb")
    const { api } = await apiAt(SERVER)
    assert.equal((await api.answer("open", "", {}))?.["accepted"], "aaaa-bbbb")
  })

  test("may be said in other words than the configuration's, and not otherwise", async () => {
    const { api, lease } = await apiAt(SERVER, `${one} ${other}`)
    await api.answer("place", lease, { server: SERVER, constraint: ` ${other}  ${one} SEC:STALE` })
    await assert.rejects(api.answer("place", lease, { server: SERVER, constraint: one }), { code: "INVALID_VALUE" })
  })
})

test("a page's journal keeps its alarms and creations, and of matches the latest number", () => {
  const pages = PageMemory.open(join(folder, "BOB.page.json"))
  const entry = (kind: string, at: number): object => ({ at, terms: "1", happening: { kind } })
  for (const [at, kind] of ["created", "alarm", "matched", "matched", "invited", "matched"].entries()) {
    pages.append(entry(kind, at))
  }
  assert.deepEqual(pages.entries, [entry("created", 0), entry("alarm", 1), entry("invited", 4), entry("matched", 5)])
  assert.deepEqual(PageMemory.open(join(folder, "BOB.page.json")).entries, pages.entries)
})

/** Of the right label and length: the hash of a statement, and an encapsulated secret. */
function hello(): Uint8Array {
  return new Uint8Array([...new TextEncoder().encode("event-manager/1 hello"), ...new Uint8Array(32 + 1_120).fill(2)])
}

describe("what is signed for the page", () => {
  test("hellos", async () => assert.equal((await sign((await open()).lease, hello())).status, 200))

  const card = new TextEncoder().encode("event-manager/1 card\nALICE\nx\n")
  for (const [what, data] of [
    ["nothing", new Uint8Array(0)],
    ["a card", card],
    ["a hello that is too long", new Uint8Array([...hello(), 0])],
    ["a hello that is too short", hello().slice(0, -1)],
    ["a hello of another label", hello().with(0, 0)],
    ["a label with nothing behind it", new TextEncoder().encode("event-manager/1 frozen inputs")],
    ["other bytes", new Uint8Array(2_000).fill(7)],
  ] as const) {
    test(`not ${what}`, async () => {
      const { status, text } = await sign((await open()).lease, data)
      assert.deepEqual([status, text.startsWith("INVALID_VALUE ")], [400, true])
    })
  }
})
