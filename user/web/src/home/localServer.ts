import { PageError } from "../model/pageError.ts"

const LEASE_HEADER = "event-manager-lease"
const TIMEOUT_MS = 30_000
const SIGNATURE_BYTES = 64

/** The command on this machine that has served the page, and keeps and signs for one page at a time. */
export class LocalServer {
  /** Comes true when it has begun to serve another page. */
  readonly lost: Promise<void>
  readonly #page: URL
  readonly #lose: () => void
  #lease = ""
  #latest: Promise<unknown> = Promise.resolve()

  constructor(page: URL) {
    this.#page = page
    const { promise, resolve } = Promise.withResolvers<void>()
    this.lost = promise
    this.#lose = resolve
  }

  /** Begins to be the page that is served. Brings what is remembered. Rejects with PageError. */
  async open(): Promise<unknown> {
    const answer = await this.ask("open", {})
    if (typeof answer === "object" && answer !== null && "lease" in answer && typeof answer.lease === "string") {
      this.#lease = answer.lease
    }
    return answer
  }

  /**
   * Asks for something, after all that was asked before: a later note must not be overtaken by an earlier one. What is
   * written is durable when it resolves. Rejects with PageError.
   */
  async ask(what: string, body: object): Promise<unknown> {
    const text = JSON.stringify(body)
    const asked = this.#latest.then(async () => this.#call(what, "application/json", text))
    this.#latest = asked.catch(() => undefined)
    return (await asked).json()
  }

  /** The identity's signature, of what the protocol signs. Rejects with PageError. */
  async sign(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    const response = await this.#call("sign", "application/octet-stream", data)
    const signature = new Uint8Array(await response.arrayBuffer())
    if (signature.length === SIGNATURE_BYTES) return signature
    throw new PageError("OWN_MACHINE_REFUSED", "event-client did not sign")
  }

  async #call(what: string, type: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
    const response = await this.#reach(new URL(`api/${what}`, this.#page), type, body)
    if (response.ok) return response
    if (response.status === 409) {
      this.#lose()
      throw new PageError("IDENTITY_TAKEN_OVER", "event-client serves another page by now")
    }
    const said = (await response.text().catch(() => "")).slice(0, 1_000)
    if (response.status === 507) throw new PageError("STORAGE_FULL", said)
    throw new PageError("OWN_MACHINE_REFUSED", said === "" ? `HTTP status ${response.status}` : said)
  }

  async #reach(url: URL, type: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
    try {
      return await fetch(url, {
        method: "POST",
        headers: { "content-type": type, [LEASE_HEADER]: this.#lease },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
      })
    } catch (cause) {
      throw new PageError("OWN_MACHINE_GONE", "event-client on this machine does not answer; was it ended?", { cause })
    }
  }
}
