import { TransportError, type Transport } from "@event-manager/client"
import { PageError } from "../model/pageError.ts"

const OCTETS = "application/octet-stream"
const TIMEOUT_MS = 60_000

/** Which of a host's failures the command has met. */
const codes = ["HOST_UNREACHABLE", "HOST_REFUSED", "HOST_BUSY", "HOST_NONSENSE"] as const

/**
 * The way to the one host that the command on this machine relays to; `base` is where it does so. It has bounded what the
 * host sends.
 */
export function ownMachineTransport(base: URL, address: string): Transport {
  return {
    address,
    async evidence() {
      const response = await call(new URL("attestation", base), { signal: AbortSignal.timeout(TIMEOUT_MS) })
      return new Uint8Array(await response.arrayBuffer())
    },
    async mail(frame) {
      const init = { method: "POST", headers: { "content-type": OCTETS }, body: frame }
      const response = await call(new URL("mail", base), { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) })
      return new Uint8Array(await response.arrayBuffer())
    },
    async *wakeUps(signal) {
      const response = await call(new URL("events", base), { signal })
      const reader = response.body?.getReader()
      // A byte for each wake-up, the first once the command listens.
      for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) yield
    },
  }
}

async function call(url: URL, init: RequestInit): Promise<Response> {
  const response = await reach(url, init)
  if (response.ok) return response
  const said = await response.text().catch(() => "")
  const code = codes.find((each) => said.startsWith(`${each} `))
  if (response.status === 502 && code !== undefined) throw new TransportError(code, said.slice(code.length + 1))
  throw new PageError("OWN_MACHINE_REFUSED", `event-client refused (HTTP status ${response.status})`)
}

async function reach(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, cache: "no-store", credentials: "omit", redirect: "error" })
  } catch (cause) {
    throw new PageError("OWN_MACHINE_GONE", "event-client on this machine does not answer; was it ended?", { cause })
  }
}
