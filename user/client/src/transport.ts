import { platform } from "#platform"
import { EVIDENCE_BYTES_MAX, FRAME_BYTES_MAX, FRAME_MEDIA_TYPE } from "@event-manager/protocol"
import { TransportError } from "./errors.ts"
import type { HttpAnswer, HttpRequest } from "./platform.ts"

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
      const answer = await call(new URL("attestation", base), { signal: AbortSignal.timeout(TIMEOUT_MS) })
      return read(answer, EVIDENCE_BYTES_MAX)
    },
    async mail(frame) {
      const post = { type: FRAME_MEDIA_TYPE, body: frame }
      const answer = await call(new URL("mail", base), { post, signal: AbortSignal.timeout(TIMEOUT_MS) })
      return read(answer, FRAME_BYTES_MAX)
    },
    async *wakeUps(signal) {
      const answer = await call(new URL("events", base), { signal })
      yield
      for await (const chunk of arriving(answer)) {
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
  if (url.username !== "" || url.password !== "") {
    throw new TransportError("HOST_REFUSED", `the address of ${url.origin} has a user name or password, and takes none`)
  }
  url.search = ""
  url.hash = ""
  if (!url.pathname.endsWith("/")) url.pathname += "/"
  return url
}

async function call(url: URL, request: HttpRequest): Promise<HttpAnswer> {
  const answer = await reach(url, request)
  const { status } = answer
  if (status >= 200 && status < 300) return answer
  await answer.cancel()
  if (status === 0 || (status >= 300 && status < 400)) {
    const advice = "it was not followed; is the address right?"
    throw new TransportError("HOST_REFUSED", `the host at ${url.origin} sends its clients elsewhere; ${advice}`)
  }
  const said = `the host at ${url.origin} answered with HTTP status ${status}`
  if (passingStatuses.has(status)) {
    throw new TransportError("HOST_BUSY", `${said}: it is too busy, or not there for the moment; try again later`)
  }
  throw new TransportError("HOST_REFUSED", `${said}; is it an Event Manager host?`)
}

async function reach(url: URL, request: HttpRequest): Promise<HttpAnswer> {
  try {
    return await platform.request(url, request)
  } catch (cause) {
    const advice = "is it running, and is the address right?"
    throw new TransportError("HOST_UNREACHABLE", `no answer from the host at ${url.origin}; ${advice}`, { cause })
  }
}

/** The body, if it is no longer than `max` bytes. */
async function read(answer: HttpAnswer, max: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of arriving(answer)) {
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

async function* arriving({ body }: HttpAnswer): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (cause) {
    throw new TransportError("HOST_UNREACHABLE", "the host's answer broke off", { cause })
  }
}
