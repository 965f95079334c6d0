/**
 * JIFF's multi-party computation in its REST deployment, arranged as in the salary studies that it is known for: every
 * participant shares its value between a server and an analyst, who add up the shares, and the analyst is told the sum.
 * Every participant has a client and keys of its own and speaks HTTP; the server, in a process of its own, keeps
 * everything in memory. The option says when clients send: `shipped`, at the library's interval of 250 ms, or `tuned`,
 * as soon as they have something.
 */
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { contend, timed } from "../contender.ts"
import { averageOf, salaries } from "../data.ts"
import { together } from "../together.ts"
import { analyst, COMPUTATION, FIELD, jiff, SERVER, sumOfShares, THRESHOLD, type Client } from "./jiff.ts"
import { withServer } from "./server.ts"

/** Participants at work at once. */
const AT_ONCE = 32
const POLL_MS = 5

contend(({ seed, size, option }) =>
  withServer(join(import.meta.dirname, "jiffServer.ts"), [String(size)], async (url) => {
    const values = salaries(seed, size)
    const { seconds, value } = await timed(() => sumOf(new Study(url, option === "tuned"), values))
    return { seconds, answer: averageOf(value, size) }
  }),
)

async function sumOf(study: Study, values: readonly number[]): Promise<number> {
  const reader = await study.join({ party_id: analyst, crypto_provider: true }, [SERVER])
  // Parties are numbered from 1, which is the analyst.
  await together(values.entries(), AT_ONCE, ([at, value]) => study.submit(at + 2, value))
  reader.emit("begin", [SERVER], String(values.length))
  const answer = reader.open(sumOfShares(reader, values.length), [analyst])
  const polling = study.isTuned ? setInterval(() => reader.restFlush(), POLL_MS) : undefined
  const value = await answer
  clearInterval(polling)
  reader.socket.disconnect()
  return value
}

class Study {
  readonly isTuned: boolean
  readonly #url: string

  constructor(url: string, isTuned: boolean) {
    this.#url = url
    this.isTuned = isTuned
  }

  /** Makes a client with keys of its own, which knows those of the other parties when it resolves. */
  async join(options: object, others: readonly (number | string)[]): Promise<Client> {
    const all = { ...options, Zp: FIELD, autoConnect: false, safemod: false }
    const client = new jiff.JIFFClient(this.#url, COMPUTATION, all)
    client.apply_extension(jiff.JIFFClientRestful, this.isTuned ? { flushInterval: 0 } : {})
    client.connect()
    await new Promise<void>((resolve) => client.wait_for(others, resolve))
    return client
  }

  /** One participant joins, shares its value, and leaves when the server has it. */
  async submit(party: number, value: number): Promise<void> {
    const client = await this.join({ party_id: party }, [analyst, SERVER])
    client.share(value, THRESHOLD, [analyst, SERVER], [client.id])
    if (this.isTuned) client.restFlush()
    const { mailbox } = client.socket
    while (mailbox.pending !== null || mailbox.current.messages.length > 0) await pause(1)
    client.socket.disconnect()
  }
}
