import { strict as assert } from "node:assert"
import { createServer } from "node:http"
import { once } from "node:events"
import { describe, test, type TestContext } from "node:test"
import { askServed, readServed } from "./served.ts"

const PAGE = new URL("https://page.test/p/index.html")

const read = (json: object): ReturnType<typeof readServed> => readServed(JSON.stringify(json), PAGE)

describe("who has served the page", () => {
  test("says so beside it", () => {
    assert.deepEqual(read({ kind: "own machine", name: "ALICE", server: "http://h", constraint: "C:1" }), {
      kind: "own machine",
      name: "ALICE",
      suggested: { server: "http://h/", constraint: "C:1" },
    })
    assert.deepEqual(read({ kind: "browser" }), { kind: "browser", name: undefined, suggested: undefined })
    assert.deepEqual(read({ kind: "browser", server: "https://h/x", constraint: null }).suggested, {
      server: "https://h/x/",
      constraint: undefined,
    })
    assert.deepEqual(read({ kind: "host", server: "https://other.test/" }).suggested?.server, "https://page.test/p/")
  })

  for (const senseless of [
    "",
    "[]",
    "7",
    '{"kind":"other"}',
    '{"kind":"own machine"}',
    '{"kind":"own machine","name":"<b>"}',
    '{"kind":"browser","server":7}',
    '{"kind":"browser","server":"javascript:1"}',
  ]) {
    test(`makes no sense: ${senseless}`, () =>
      assert.throws(() => readServed(senseless, PAGE), { name: "PageError", code: "OWN_MACHINE_REFUSED" }))
  }
})

async function serve(t: TestContext, status: number, body: string): Promise<URL> {
  const server = createServer((_request, response) => response.writeHead(status).end(body)).listen(0, "127.0.0.1")
  await once(server, "listening")
  t.after(() => void server.close().closeAllConnections())
  const address = server.address()
  assert.ok(address !== null && typeof address === "object")
  return new URL(`http://127.0.0.1:${address.port}/p/`)
}

describe("a server of the page", () => {
  test("that is a plain file server serves it for a group", async (t) => {
    assert.equal((await askServed(await serve(t, 404, "not here"))).kind, "browser")
  })

  test("that fails, or sends too much, is not taken for anybody", async (t) => {
    const refused = { name: "PageError", code: "OWN_MACHINE_REFUSED" }
    await assert.rejects(askServed(await serve(t, 500, '{"kind":"browser"}')), refused)
    await assert.rejects(askServed(await serve(t, 200, `{"kind":"browser"}${" ".repeat(20_000)}`)), refused)
  })

  test("that is gone is said to be", async () => {
    await assert.rejects(askServed(new URL("http://127.0.0.1:1/")), { code: "OWN_MACHINE_GONE" })
  })
})
