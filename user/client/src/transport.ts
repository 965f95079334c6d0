import { EVIDENCE_BYTES_MAX, FRAME_BYTES_MAX, FRAME_MEDIA_TYPE } from "@event-manager/protocol"
import { TransportError } from "./errors.ts"

/** The way to a host. What it brings is untrusted. All throw TransportError. */
export interface Transport {
  /** The host's address, under which its enclave's identity is pinned. */
  readonly address: string
  evidence(): Promise<Uint8Array>
  /** Delivers a frame and brings the frame that answers it. */
  mail(frame: Uint8Array<ArrayBuffer>): Promise<Uint8Array>
  /** One item once it listens, and then whenever there may be something new; it says nothing else. Ends with `signal`. */
  wakeUps(signal: AbortSignal): AsyncGenerator<void>
}

const TIMEOUT_MS = 30_000

/** A host over HTTP. `server` is its URL. Throws TransportError (HOST_REFUSED) for one that is no URL. */
export function httpTransport(server: string): Transport {
  const base = baseUrl(server)
  return {
    address: base.href,
    async evidence() {
      const response = await call(new URL("attestation", base), {
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      return read(response, EVIDENCE_BYTES_MAX)
    },
    async mail(frame) {
      const headers = { "content-type": FRAME_MEDIA_TYPE }
      const signal = AbortSignal.timeout(TIMEOUT_MS)
      const response = await call(new URL("mail", base), {
        method: "POST",
        headers,
        body: frame,
        signal,
      })
      return read(response, FRAME_BYTES_MAX)
    },
    async *wakeUps(signal) {
      const response = await call(new URL("events", base), { signal })
      yield
      for await (const chunk of chunks(response)) {
        // A heartbeat is a comment line and begins with a colon (WHATWG HTML section 9.2.5).
        if (new TextDecoder().decode(chunk).includes("data:")) yield
      }
    },
  }
}

/** Too many requests, too much in hand; and what a proxy says while the host behind it restarts. */
const passingStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504])

function baseUrl(server: string): URL {
  const url = URL.parse(server)
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new TransportError("HOST_REFUSED", `'${server}' is no http:// or https:// address`)
  }
  url.search = ""
  url.hash = ""
  if (!url.pathname.endsWith("/")) url.pathname += "/"
  return url
}

async function call(url: URL, init: RequestInit): Promise<Response> {
  const response = await reach(url, init)
  if (response.ok) return response
  await response.body?.cancel()
  const said = `the host at ${url.origin} answered with HTTP status ${response.status}`
  if (passingStatuses.has(response.status)) {
    throw new TransportError("HOST_BUSY", `${said}: it is too busy, or not there for the moment; try again later`)
  }
  throw new TransportError("HOST_REFUSED", `${said}; is it an Event Manager host?`)
}

async function reach(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: "error", cache: "no-store", credentials: "omit" })
  } catch (cause) {
    const advice = "is it running, and is the address right?"
    throw new TransportError("HOST_UNREACHABLE", `no answer from the host at ${url.origin}; ${advice}`, { cause })
  }
}

/** The body, if it is no longer than `max` bytes. */
async function read(response: Response, max: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of chunks(response)) {
    length += part.length
    if (length > max) throw new TransportError("HOST_NONSENSE", `the host sent more than ${max} bytes`)
    parts.push(part)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** The body as it arrives. */
async function* chunks(response: Response): AsyncGenerator<Uint8Array> {
  if (response.body === null) return
  const reader = response.body.getReader()
  try {
    for (let next = await arrival(reader); next !== undefined; next = await arrival(reader)) yield next
  } finally {
    // The rest is not wanted; that the connection may be gone already is no news.
    await reader.cancel().catch(() => undefined)
  }
}

async function arrival(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return (await reader.read()).value
  } catch (cause) {
    throw new TransportError("HOST_UNREACHABLE", "the host's answer broke off", { cause })
  }
}
