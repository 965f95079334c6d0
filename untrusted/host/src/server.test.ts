import type { EnclaveCrossing } from "@event-manager/protocol/frame"
import assert from "node:assert/strict"
import { connect } from "node:net"
import { text } from "node:stream/consumers"
import { mock, test } from "node:test"
import { echo, FakeEnclave, LogSink } from "./fakes.ts"
import type { Host } from "./host.ts"
import { openLog } from "./log.ts"
import { assertRefused, frameOf, get, openTestHost, post } from "./testHost.ts"

test("What is not there, and methods that are not, are refused in the same form", async (t) => {
  const host = await openTestHost(t)
  await assertRefused(await get(host, "nothing"), 404, "NOT_FOUND")
  await assertRefused(await get(host, "mail"), 404, "NOT_FOUND")
  await assertRefused(await get(host, "%zz"), 400, "BAD_REQUEST")
  assert.equal((await fetch(`${host.url}/events`, { method: "HEAD" })).status, 404)
})

test("What is no HTTP gets a bare 400", async (t) => {
  const host = await openTestHost(t)
  const socket = connect(Number(new URL(host.url).port), "127.0.0.1")
  socket.write("nonsense\r\n\r\n")
  assert.match(await text(socket), /^HTTP\/1\.1 400 /)
})

test("The static headers are on every answer, refusals and strangers' paths included", async (t) => {
  const host = await openTestHost(t)
  for (const path of ["attestation", "healthz", "metrics", "openapi.json", "nothing", "%zz"]) {
    const { headers } = await get(host, path)
    assert.equal(headers.get("x-content-type-options"), "nosniff", path)
    assert.equal(headers.get("cache-control"), "no-store", path)
    assert.match(headers.get("content-security-policy") ?? "", /^default-src 'none'/, path)
  }
})

test("An address that asks too often is refused with 429 until its second is over; health and metrics never are", async (t) => {
  mock.timers.enable({ apis: ["Date"], now: 1_000_000 })
  try {
    const host = await openTestHost(t, { rateLimit: 3 })
    const statuses: number[] = []
    for (const path of ["attestation", "nothing", "attestation"]) statuses.push((await get(host, path)).status)
    assert.deepEqual(statuses, [200, 404, 200])
    const limited = await post(host, frameOf(2_048))
    assert.equal(limited.headers.get("retry-after"), "1")
    await assertRefused(limited, 429, "RATE_LIMITED")
    await assertRefused(await get(host, "nothing"), 429, "RATE_LIMITED")
    for (const path of ["healthz", "metrics"]) assert.equal((await get(host, path)).status, 200)
    mock.timers.tick(1_000)
    assert.equal((await post(host, frameOf(2_048))).status, 200)
  } finally {
    mock.timers.reset()
  }
})

test("An enclave that is gone: 503 for what is in flight and all that comes, health included", async (t) => {
  const enclave = new FakeEnclave()
  const sink = new LogSink()
  const host = await openTestHost(t, { crossing: enclave, log: openLog("info", sink) })
  const inFlight = [post(host, frameOf(2_048)), post(host, frameOf(2_048))]
  const asked = [await enclave.next(), await enclave.next()]
  for (const { answer } of asked) answer.reject(new RangeError("marker"))
  for (const response of inFlight) await assertRefused(await response, 503, "ENCLAVE_GONE")
  for (const path of ["healthz", "attestation"]) await assertRefused(await get(host, path), 503, "ENCLAVE_GONE")
  assert.equal((await host.gone).message, "the enclave stopped: RangeError")
  assert.equal(sink.lines.filter((line) => line.includes("the enclave is gone")).length, 1)
})

test("A log line a request: method, route, status, sizes, time; and no body, path, query or header value", async (t) => {
  const sink = new LogSink()
  const marker = "SECRET-MARKER"
  const nonsense: EnclaveCrossing = { ...echo, deliver: () => Promise.reject(new Error(marker)) }
  const log = openLog("debug", sink)
  const [host, broken] = [await openTestHost(t, { log }), await openTestHost(t, { log, crossing: nonsense })]
  const body = new Uint8Array(2_048)
  body.set(new TextEncoder().encode(marker))
  const headers = {
    "content-type": "application/octet-stream",
    "x-marker": marker,
    cookie: marker,
    "user-agent": marker,
  }
  const send = (on: Host, path: string, type = headers["content-type"]): Promise<Response> =>
    fetch(`${on.url}/${path}`, { method: "POST", headers: { ...headers, "content-type": type }, body })
  await send(host, `mail?${marker}`)
  await send(host, "mail", `text/${marker}`)
  await send(host, marker)
  await fetch(`${host.url}/%zz${marker}`, { headers })
  await send(broken, "mail")
  const socket = connect(Number(new URL(host.url).port), "127.0.0.1")
  socket.write(`${marker}\r\n\r\n`)
  await text(socket)
  const hex = Buffer.from(marker).toString("hex")
  for (const line of sink.lines) {
    for (const form of [marker, marker.toLowerCase(), hex, "83,69,67"]) assert(!line.includes(form), line)
  }
  const requests = sink.lines
    .map((line): Record<string, unknown> => JSON.parse(line))
    .filter(({ msg }) => msg === "request")
  const [{ method, route, status, received, sent, ms } = {}] = requests
  assert.deepEqual(
    { method, route, status, received, sent },
    { method: "POST", route: "/mail", status: 200, received: 2_048, sent: 2_048 },
  )
  assert.equal(typeof ms, "number")
  assert.deepEqual(
    requests.map(({ status }) => status),
    [200, 415, 404, 400, 503],
  )
})
