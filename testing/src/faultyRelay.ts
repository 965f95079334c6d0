/*
 * A relay before a host that does to mails with keys in bulk what a network, a host or a user may do at that moment.
 */
import { strict as assert } from "node:assert"
import { once } from "node:events"
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http"
import type { TestContext } from "node:test"

/** What becomes of a mail: relayed; its reply lost; itself lost; or its reply held back for ever. */
type Fate = "relayed" | "reply lost" | "lost" | "held"

/** Says what becomes of the mail of this number, from 1, of those with keys in bulk. */
type Plan = (number: number) => Fate | Promise<Fate>

/** No other mail of the tests is as large. */
const BULK_BYTES_MIN = 65_536

export class FaultyRelay {
  readonly url: string
  /** How many mails with keys in bulk have come. */
  bulkMails = 0
  readonly #target: string
  #plan: Plan = () => "relayed"

  private constructor(url: string, target: string) {
    this.url = url
    this.#target = target
  }

  /** A relay on a free port, closed after the test. */
  static async begin(t: Pick<TestContext, "after">, target: string): Promise<FaultyRelay> {
    const server = createServer().listen(0, "127.0.0.1")
    await once(server, "listening")
    t.after(() => void server.close().closeAllConnections())
    const address = server.address()
    assert.ok(address !== null && typeof address === "object")
    const relay = new FaultyRelay(`http://127.0.0.1:${address.port}`, target)
    server.on("request", (incoming, response) => void relay.#relay(incoming, response))
    return relay
  }

  /** What happens from now on; mails are counted anew. */
  plan(plan: Plan): void {
    this.#plan = plan
    this.bulkMails = 0
  }

  async #relay(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await incoming.toArray())
    const isBulk = body.length >= BULK_BYTES_MIN
    if (isBulk) this.bulkMails += 1
    const fate = isBulk ? await this.#plan(this.bulkMails) : "relayed"
    if (fate === "lost") return void response.destroy()
    const { method = "GET", headers } = incoming
    const outgoing = request(new URL(incoming.url ?? "/", this.#target), { method, headers })
    outgoing.on("error", () => response.destroy())
    outgoing.on("response", (answer) => {
      if (fate === "reply lost") response.destroy()
      if (fate !== "relayed") return void answer.resume()
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    outgoing.end(body)
  }
}
