import { FRAME_BYTES_MAX, frameSizes } from "@event-manager/protocol/frame"
import assert from "node:assert/strict"
import { request } from "node:http"
import { text } from "node:stream/consumers"
import { test } from "node:test"
import { echo, FakeEnclave } from "../fakes.ts"
import { assertRefused, frameOf, metric, openTestHost, post } from "../testHost.ts"

for (const size of frameSizes) {
  test(`POST /mail relays a frame of ${size} bytes and brings the frame that answers it`, async (t) => {
    const host = await openTestHost(t)
    const response = await post(host, frameOf(size))
    assert.equal(response.status, 200)
    assert.equal(response.headers.get("content-type"), "application/octet-stream")
    assert.deepEqual(await response.bytes(), frameOf(size))
  })
}

for (const size of [0, 1, ...frameSizes.flatMap((size) => [size - 1, size + 1])].filter(
  (size) => size <= FRAME_BYTES_MAX,
)) {
  test(`POST /mail refuses ${size} bytes, which are no frame, and tells the enclave nothing`, async (t) => {
    let told = 0
    const crossing = { ...echo, deliver: async (frame: Uint8Array) => echo.deliver(frame).finally(() => (told += 1)) }
    const host = await openTestHost(t, { crossing })
    await assertRefused(await post(host, frameOf(size)), 400, "MAIL_SIZE")
    assert.equal(told, 0)
    assert.equal(await metric(host, 'event_host_refusals_total{code="MAIL_SIZE"}'), 1)
  })
}

test("POST /mail refuses a body longer than a frame by its announced length, before it comes", async (t) => {
  const host = await openTestHost(t)
  const headers = { "content-type": "application/octet-stream", "content-length": FRAME_BYTES_MAX + 1 }
  const answer = await new Promise<{ status: number | undefined; body: Promise<string> }>((resolve, reject) => {
    const sent = request(`${host.url}/mail`, { method: "POST", headers }, (response) => {
      resolve({ status: response.statusCode, body: text(response) })
    })
    sent.on("error", reject)
    sent.flushHeaders()
  })
  assert.equal(answer.status, 413)
  assert.equal(JSON.parse(await answer.body).code, "BODY_TOO_LARGE")
})

test("POST /mail refuses a body of unannounced length once it is longer than a frame", async (t) => {
  const host = await openTestHost(t)
  const headers = { "content-type": "application/octet-stream", "transfer-encoding": "chunked" }
  const status = await new Promise((resolve) => {
    const sent = request(`${host.url}/mail`, { method: "POST", headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    // The host may close the connection before it has read all of it.
    sent.on("error", () => {})
    sent.write(new Uint8Array(FRAME_BYTES_MAX + 1))
  })
  assert.equal(status, 413)
})

for (const type of [
  "application/json",
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data",
  "nonsense",
]) {
  test(`POST /mail refuses ${type}`, async (t) => {
    const host = await openTestHost(t)
    await assertRefused(await post(host, frameOf(2_048), type), 415, "MEDIA_TYPE")
  })
}

test("POST /mail refuses a body without a media type", async (t) => {
  const host = await openTestHost(t)
  await assertRefused(await fetch(`${host.url}/mail`, { method: "POST", body: frameOf(2_048) }), 415, "MEDIA_TYPE")
})

test("More deliveries than the bound are refused with 503, and the others are answered", async (t) => {
  const enclave = new FakeEnclave()
  const host = await openTestHost(t, { crossing: enclave, deliveriesMax: 2 })
  const served = [post(host, frameOf(2_048)), post(host, frameOf(2_048))]
  const asked = [await enclave.next(), await enclave.next()]
  assert.equal(await metric(host, "event_host_deliveries_in_flight"), 2)
  const busy = await post(host, frameOf(2_048))
  assert.equal(busy.headers.get("retry-after"), "1")
  await assertRefused(busy, 503, "BUSY")
  for (const { frame, answer } of asked) answer.resolve({ reply: frame, changed: false })
  for (const response of await Promise.all(served)) assert.equal(response.status, 200)
})
