/*
 * A host for the tests to talk to over HTTP, and what they say to it.
 */
import assert from "node:assert/strict"
import type { TestContext } from "node:test"
import { echo, ManualClock } from "./fakes.ts"
import { startHost, type Host, type HostOptions } from "./host.ts"
import { refusalBody } from "./refusal.ts"

/** Any free port, no rate limit, and an enclave that echoes, unless `options` say otherwise; closed after the test. */
export async function openTestHost(t: TestContext, options: Partial<HostOptions> = {}): Promise<Host> {
  const host = await startHost({ enclaveMode: "mock", port: 0, crossing: echo, rateLimit: 0, ...options })
  t.after(async () => {
    const closed = host.close()
    await new Promise(setImmediate)
    // What a failed test left unanswered is cut off.
    if (options.clock instanceof ManualClock) options.clock.pass(60_000)
    await closed
  })
  return host
}

/** After this a request has failed: a test that fails must not wait for ever. */
const ANSWER_MS_MAX = 10_000

export function get(host: Host, path: string): Promise<Response> {
  return fetch(`${host.url}/${path}`, { signal: AbortSignal.timeout(ANSWER_MS_MAX) })
}

export function post(host: Host, body: BodyInit | null, type = "application/octet-stream"): Promise<Response> {
  const signal = AbortSignal.timeout(ANSWER_MS_MAX)
  return fetch(`${host.url}/mail`, { method: "POST", headers: { "content-type": type }, body, signal })
}

/** A frame by its size. `echo` says that its first byte, if it is not zero, changed the state. */
export function frameOf(size: number, first = 0): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(size).fill(5)
  frame[0] = first
  return frame
}

/** Asserts that this is a refusal, and of the one form that all have. */
export async function assertRefused(response: Response, status: number, code: string): Promise<void> {
  assert.equal(response.status, status)
  assert.match(response.headers.get("content-type") ?? "", /^application\/json/)
  const body = refusalBody.strict().parse(await response.json())
  assert.equal(body.code, code)
  assert.match(body.message, /\w/)
}

/** The value of one line of the metrics, 0 where there is none. */
export async function metric(host: Host, line: string): Promise<number> {
  const metrics = await (await get(host, "metrics")).text()
  const found = metrics.split("\n").find((candidate) => candidate.startsWith(`${line} `))
  return Number(found?.split(" ").at(-1) ?? 0)
}
