import assert from "node:assert/strict"
import { test } from "node:test"
import { ManualClock } from "../fakes.ts"
import { assertRefused, frameOf, get, metric, openTestHost, post } from "../testHost.ts"

async function readText(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  const { value } = await reader.read()
  return new TextDecoder().decode(value)
}

test("GET /events tells a change at once, those of the next second together, and neither what nor whose", async (t) => {
  const clock = new ManualClock()
  const host = await openTestHost(t, { clock })
  const response = await get(host, "events")
  assert.equal(response.headers.get("content-type"), "text/event-stream")
  assert.equal(response.headers.get("connection"), "close")
  assert(response.body !== null)
  const reader = response.body.getReader()
  assert.match(await readText(reader), /^: /)
  await post(host, frameOf(2_048, 0))
  assert.equal(await metric(host, "event_host_wake_ups_total"), 0)
  await post(host, frameOf(2_048, 1))
  assert.equal(await readText(reader), "data: changed\n\n")
  for (let i = 0; i < 5; i++) await post(host, frameOf(8_192, 1))
  clock.pass(999)
  assert.equal(await metric(host, "event_host_wake_ups_total"), 1)
  clock.pass(1)
  assert.equal(await readText(reader), "data: changed\n\n")
  assert.equal(await metric(host, "event_host_wake_ups_total"), 2)
  await reader.cancel()
})

test("GET /events takes no more listeners than the bound, and one more when one has gone", async (t) => {
  const host = await openTestHost(t, { listenersMax: 1 })
  const abort = new AbortController()
  const first = await fetch(`${host.url}/events`, { signal: abort.signal })
  assert.equal(await metric(host, "event_host_listeners"), 1)
  await assertRefused(await get(host, "events"), 503, "BUSY")
  abort.abort()
  await assert.rejects(first.text())
  while ((await metric(host, "event_host_listeners")) > 0);
  assert.equal((await get(host, "events")).status, 200)
})
