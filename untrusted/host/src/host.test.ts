import assert from "node:assert/strict"
import { connect } from "node:net"
import { text } from "node:stream/consumers"
import { test } from "node:test"
import { echo, FakeEnclave, ManualClock } from "./fakes.ts"
import { startHost, type Host } from "./host.ts"
import { get, openTestHost, post } from "./testHost.ts"

const frame = new Uint8Array(2_048)

function canConnect(host: Host): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(host.url).port), "127.0.0.1")
    socket.once("connect", () => {
      socket.destroy()
      resolve(true)
    })
    socket.once("error", () => resolve(false))
  })
}

test("Closing takes nobody new, lets what is in flight finish, ends the streams, and closes the enclave last", async (t) => {
  const enclave = new FakeEnclave()
  const host = await openTestHost(t, { crossing: enclave, clock: new ManualClock() })
  const events = await get(host, "events")
  const mail = post(host, frame)
  const { answer } = await enclave.next()
  const closed = host.close()
  assert.equal(host.close(), closed)
  assert.match(await events.text(), /^: /)
  assert.equal(await canConnect(host), false)
  assert.equal(enclave.isClosed, false)
  answer.resolve({ reply: frame, changed: true })
  assert.equal((await mail).status, 200)
  await closed
  assert.equal(enclave.isClosed, true)
})

test("A request that had begun to come when the host began to close is refused, and its connection ends", async (t) => {
  const host = await openTestHost(t, { crossing: echo, clock: new ManualClock() })
  const socket = connect(Number(new URL(host.url).port), "127.0.0.1")
  const first = new Promise<Buffer>((resolve) => socket.once("data", resolve))
  socket.write("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\nGET /attestation HTTP/1.1\r\n")
  assert.match(String(await first), /^HTTP\/1\.1 200 /)
  const closed = host.close()
  socket.write("host: x\r\n\r\n")
  assert.match(await text(socket), /^HTTP\/1\.1 503 [^]*\r\nconnection: close\r\n[^]*"code":"CLOSING"/i)
  await closed
})

test("What does not finish in time is cut off", async (t) => {
  const enclave = new FakeEnclave()
  const clock = new ManualClock()
  const host = await openTestHost(t, { crossing: enclave, clock })
  // The connection broke; the client did not lose patience, which has another name.
  const mail = assert.rejects(post(host, frame), { name: "TypeError" })
  await enclave.next()
  const closed = host.close()
  await clock.untilTimer()
  clock.pass(10_000)
  await mail
  await closed
  assert.equal(enclave.isClosed, true)
})

test("An address that is taken, or is not ours: which, why, and no enclave left running", async (t) => {
  const first = await openTestHost(t, { crossing: echo })
  const port = Number(new URL(first.url).port)
  const enclave = new FakeEnclave()
  const taken = startHost({ enclaveMode: "mock", port, crossing: enclave })
  const message = new RegExp(`^cannot listen on 127\\.0\\.0\\.1 port ${port} \\(Error EADDRINUSE\\); is the port free`)
  await assert.rejects(taken, { name: "HostError", code: "ADDRESS", message })
  assert.equal(enclave.isClosed, true)
  const foreign = startHost({ enclaveMode: "mock", port: 0, address: "192.0.2.1", crossing: echo })
  await assert.rejects(foreign, { code: "ADDRESS", message: /EADDRNOTAVAIL/ })
})

test("An IPv6 address is a URL too", async (t) => {
  const host = await openTestHost(t, { address: "::1", crossing: echo })
  assert.match(host.url, /^http:\/\/\[::1\]:\d+$/)
  assert.equal((await get(host, "healthz")).status, 200)
})
