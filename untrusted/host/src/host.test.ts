import assert from "node:assert/strict"
import { connect } from "node:net"
import { text } from "node:stream/consumers"
import { test } from "node:test"
import { echo, FakeEnclave, ManualClock } from "./fakes.ts"
import { startHost, type Host } from "./host.ts"

const frame = new Uint8Array(2_048)

function post(host: Host): Promise<Response> {
  return fetch(`${host.url}/mail`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: frame,
  })
}

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

test("Closing takes nobody new, lets what is in flight finish, ends the streams, and closes the enclave last", async () => {
  const enclave = new FakeEnclave()
  const host = await startHost({ enclaveMode: "mock", port: 0, crossing: enclave, clock: new ManualClock() })
  const events = await fetch(`${host.url}/events`)
  const mail = post(host)
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

test("A request that had begun to come when the host began to close is refused, and its connection ends", async () => {
  const host = await startHost({ enclaveMode: "mock", port: 0, crossing: echo, clock: new ManualClock() })
  const socket = connect(Number(new URL(host.url).port), "127.0.0.1")
  const first = new Promise<Buffer>((resolve) => socket.once("data", resolve))
  socket.write("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\nGET /attestation HTTP/1.1\r\n")
  assert.match(String(await first), /^HTTP\/1\.1 200 /)
  const closed = host.close()
  socket.write("host: x\r\n\r\n")
  assert.match(await text(socket), /^HTTP\/1\.1 503 [^]*\r\nconnection: close\r\n[^]*"code":"CLOSING"/i)
  await closed
})

test("What does not finish in time is cut off", async () => {
  const enclave = new FakeEnclave()
  const clock = new ManualClock()
  const host = await startHost({ enclaveMode: "mock", port: 0, crossing: enclave, clock })
  const mail = assert.rejects(post(host))
  await enclave.next()
  const closed = host.close()
  await clock.untilTimer()
  clock.pass(10_000)
  await mail
  await closed
  assert.equal(enclave.isClosed, true)
})

test("An address that is taken, or is not ours: which, why, and no enclave left running", async () => {
  const first = await startHost({ enclaveMode: "mock", port: 0, crossing: echo })
  const port = Number(new URL(first.url).port)
  const enclave = new FakeEnclave()
  const taken = startHost({ enclaveMode: "mock", port, crossing: enclave })
  const message = new RegExp(`^cannot listen on 127\\.0\\.0\\.1 port ${port} \\(Error EADDRINUSE\\); is the port free`)
  await assert.rejects(taken, { name: "HostError", code: "ADDRESS", message })
  assert.equal(enclave.isClosed, true)
  const foreign = startHost({ enclaveMode: "mock", port: 0, address: "192.0.2.1", crossing: echo })
  await assert.rejects(foreign, { code: "ADDRESS", message: /EADDRNOTAVAIL/ })
  await first.close()
})

test("An IPv6 address is a URL too", async () => {
  const host = await startHost({ enclaveMode: "mock", port: 0, address: "::1", crossing: echo })
  assert.match(host.url, /^http:\/\/\[::1\]:\d+$/)
  assert.equal((await fetch(`${host.url}/healthz`)).status, 200)
  await host.close()
})
