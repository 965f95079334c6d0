import assert from "node:assert/strict"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test, type TestContext } from "node:test"
import { systemClock } from "../clock.ts"
import { ManualClock } from "../fakes.ts"
import { FakeService, type FakeAnswer } from "./fakeService.ts"
import { openSource, type UrlSource } from "./source.ts"

const folder = mkdtempSync(join(tmpdir(), "event-host-test-"))
after(() => rmSync(folder, { recursive: true }))

function urlSource(place: string, clock = systemClock): UrlSource {
  const source = openSource(place, clock)
  assert(source.kind === "url")
  return source
}

async function serving(t: TestContext, answer: FakeAnswer): Promise<FakeService> {
  const service = await FakeService.open(t)
  service.answers.set("/path?a=b", answer)
  service.answers.set("/elsewhere", { body: "somebody else's" })
  return service
}

test("A URL brings bytes and headers, below its path and from a whole URL", async (t) => {
  const service = await serving(t, { body: "bytes", headers: { "x-chain": "pem" } })
  for (const where of ["/path?a=b", `${service.url}/path?a=b`]) {
    const { bytes, headers } = await urlSource(`${service.url}/`).get(where)
    assert.equal(Buffer.from(bytes).toString(), "bytes")
    assert.equal(headers.get("X-Chain"), "pem")
  }
  await assert.rejects(urlSource(`${service.url}/mirror`).get("/path?a=b"))
  assert.deepEqual(service.asked, ["/path?a=b", "/path?a=b", "/mirror/path?a=b"])
})

test("A template has the path where it says so, and its own query first; messages have neither secret nor braces", async (t) => {
  const service = await FakeService.open(t)
  service.answers.set("/amd/path/raw?key=secret&a=b", { body: "one" })
  service.answers.set("/amd/$&/raw?key=secret", { body: "two" })
  const mirror = urlSource(`${service.url}/amd{path}/raw?key=secret`)
  assert.equal(Buffer.from((await mirror.get("/path?a=b")).bytes).toString(), "one")
  assert.equal(Buffer.from((await mirror.get("/$&")).bytes).toString(), "two")
  await assert.rejects(mirror.get("/other?a=b"), { message: `${service.url}/amd/other?a=b answered with status 404` })
  assert.equal(mirror.base, `${service.url}/amd`)
})

const failing: Readonly<Record<string, { answer: FakeAnswer; says: RegExp }>> = {
  "a redirect": { answer: { status: 302, headers: { location: "/elsewhere" } }, says: /cannot be reached/ },
  "what is not there": { answer: { status: 404 }, says: /status 404/ },
  "too many requests": { answer: { status: 429 }, says: /status 429/ },
  nothing: { answer: { body: "" }, says: /answered with nothing/ },
  "more than an endorsement": { answer: { body: "x".repeat(131_073) }, says: /more than 131072 bytes/ },
}
for (const [what, { answer, says }] of Object.entries(failing)) {
  test(`A URL that answers with ${what} fails, and says which`, async (t) => {
    const service = await serving(t, answer)
    await assert.rejects(urlSource(service.url).get("/path?a=b"), (error) => {
      assert(error instanceof Error && "code" in error && error.message.includes(service.url))
      return error.name === "HostError" && error.code === "ENDORSEMENTS" && says.test(error.message)
    })
  })
}

test("A URL that does not answer is given up after ten seconds", async (t) => {
  const service = await serving(t, { silent: true })
  const clock = new ManualClock()
  const refused = assert.rejects(urlSource(service.url, clock).get("/path?a=b"), { message: /did not answer in time/ })
  await clock.untilTimer()
  clock.pass(10_000)
  await refused
  assert.equal(clock.timers, 0)
})

test("A URL where nobody listens", async (t) => {
  const service = await FakeService.open(t)
  const port = Number(new URL(service.url).port)
  const nobody = urlSource(`http://127.0.0.2:${port}`)
  await assert.rejects(nobody.get("/"), { code: "ENDORSEMENTS", message: /cannot be reached \(Error ECONNREFUSED\)/ })
})

test("A folder brings files by name, and names what is missing, empty or too long", async () => {
  const source = openSource(folder, systemClock)
  assert(source.kind === "folder")
  writeFileSync(join(folder, "there"), "bytes")
  writeFileSync(join(folder, "long"), "x".repeat(131_073))
  writeFileSync(join(folder, "empty"), "")
  assert.equal(Buffer.from(await source.read("there")).toString(), "bytes")
  await assert.rejects(source.read("none"), { code: "ENDORSEMENTS", message: /none \(Error ENOENT\); put it there/ })
  for (const name of ["long", "empty"]) await assert.rejects(source.read(name), { message: /empty, or longer/ })
})

for (const place of ["ftp://example.com", "file:///tmp", "https://", "http://a b/"]) {
  test(`${place} is no source`, () => {
    assert.throws(() => openSource(place, systemClock), { name: "HostError", code: "ENDORSEMENTS" })
  })
}
