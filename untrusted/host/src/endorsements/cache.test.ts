import assert from "node:assert/strict"
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { HostError } from "../errors.ts"
import { LogSink, ManualClock } from "../fakes.ts"
import { openLog } from "../log.ts"
import { Cache } from "./cache.ts"
import { reasonsIn } from "./fakeService.ts"

const root = mkdtempSync(join(tmpdir(), "event-host-test-"))
after(() => rmSync(root, { recursive: true }))

const DAY = 86_400_000
const RETRY = 300_000

/** A source that brings a new number each time, or fails as a test says. */
function open(folder?: string) {
  const [clock, sink] = [new ManualClock(), new LogSink()]
  const cache = new Cache(folder, clock, openLog("info", sink))
  const source = { asked: 0, fails: "" }
  const fetch = async (): Promise<Uint8Array<ArrayBuffer>> => {
    source.asked += 1
    if (source.fails !== "") throw new HostError("ENDORSEMENTS", source.fails)
    return new Uint8Array([source.asked])
  }
  const get = async (name = "list.crl", lasting: "a day" | "for ever" = "a day"): Promise<number | undefined> =>
    (await cache.get(name, lasting, fetch)).bytes?.[0]
  return { clock, sink, source, get, cache, fetch }
}

const newFolder = (): string => join(mkdtempSync(join(root, "data-")), "endorsements")

test("A list is fetched once a day, and a key's certificate once", async () => {
  const { clock, source, get } = open()
  assert.deepEqual([await get(), await get(), await get("key.der", "for ever")], [1, 1, 2])
  clock.pass(DAY - 1)
  assert.equal(await get(), 1)
  clock.pass(1)
  assert.deepEqual([await get(), await get()], [3, 3])
  clock.pass(400 * DAY)
  assert.equal(await get("key.der", "for ever"), 2)
  assert.equal(source.asked, 3)
})

test("Where a refresh fails the old is kept, one warning says so, and it is tried again soon", async () => {
  const { clock, sink, source, get } = open()
  await get()
  source.fails = "the service is down"
  clock.pass(DAY)
  assert.deepEqual([await get(), await get()], [1, 1])
  assert.equal(source.asked, 2)
  for (let i = 0; i < 3; i++) {
    clock.pass(RETRY)
    assert.equal(await get(), 1)
  }
  assert.equal(source.asked, 5)
  assert.deepEqual(reasonsIn(sink), ["the service is down"])
  source.fails = "for another reason"
  clock.pass(RETRY)
  await get()
  source.fails = ""
  clock.pass(RETRY)
  assert.equal(await get(), 7)
  source.fails = "the service is down"
  clock.pass(DAY)
  assert.equal(await get(), 7)
  assert.deepEqual(reasonsIn(sink), ["the service is down", "for another reason", "the service is down"])
})

test("Where there is nothing, there is nothing, and a warning", async () => {
  const { clock, sink, source, get } = open()
  source.fails = "nowhere"
  assert.deepEqual([await get(), await get()], [undefined, undefined])
  assert.equal(source.asked, 1)
  assert.match(sink.lines[0] ?? "", /evidence goes out without it/)
  source.fails = ""
  clock.pass(RETRY)
  assert.equal(await get(), 2)
})

test("The data folder keeps what was fetched: it stands in where the source fails after a restart", async () => {
  const folder = newFolder()
  const before = open(folder)
  await before.get()
  await before.get("key.der", "for ever")
  assert.deepEqual(readdirSync(folder).sort(), ["key.der", "list.crl"])
  assert.deepEqual([...readFileSync(join(folder, "list.crl"))], [1])
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  assert.equal(statSync(join(folder, "list.crl")).mode & 0o777, 0o600)
  const later = open(folder)
  later.source.fails = "no network"
  assert.deepEqual([await later.get(), await later.get("key.der", "for ever")], [1, 2])
  assert.equal(later.source.asked, 1, "a certificate of a key need not be asked for")
  later.source.fails = ""
  later.clock.pass(RETRY)
  assert.equal(await later.get(), 2, "and a list is asked for, though there is one")
})

test("What is empty or too long in the data folder is not there", async () => {
  const folder = newFolder()
  const { get } = open(folder)
  await get()
  for (const content of ["", "x".repeat(131_073)]) {
    writeFileSync(join(folder, "list.crl"), content)
    const later = open(folder)
    later.source.fails = "no network"
    assert.equal(await later.get(), undefined)
  }
})

test("A data folder that takes nothing is a warning, and what was fetched is used", async () => {
  const file = join(root, "file")
  writeFileSync(file, "")
  const { get, sink } = open(join(file, "endorsements"))
  assert.equal(await get(), 1)
  assert.deepEqual(reasonsIn(sink), ["Error ENOTDIR"])
})

test("A fault of the source that is no HostError is named by its kind alone", async () => {
  const { cache, sink } = open()
  const { bytes } = await cache.get("a", "a day", () => Promise.reject(new RangeError("SECRET")))
  assert.equal(bytes, undefined)
  assert.deepEqual(reasonsIn(sink), ["RangeError"])
})

test("What is kept in memory is bounded", async () => {
  const { source, get } = open()
  for (let i = 0; i < 17; i++) await get(`list-${i}`)
  await get("list-16")
  assert.equal(source.asked, 17)
  await get("list-0")
  assert.equal(source.asked, 18)
})
