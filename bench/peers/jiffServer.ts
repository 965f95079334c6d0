/** JIFF's server in its REST deployment, which is also one of the two parties that compute. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { json } from "node:stream/consumers"
import { analyst, COMPUTATION, FIELD, jiff, sumOfShares, type Client } from "./jiff.ts"

type Handler = (request: { readonly body: unknown }, response: { json(body: unknown): void }) => void

const [, , size] = process.argv
let poll: Handler | undefined
const server = createServer((request, response) => void answer(request, response))
// The little of Express that the library asks for.
const app = { post: (_path: string, handler: Handler) => void (poll = handler) }
const party = start()
party.wait_for([analyst], () =>
  party.listen("begin", (_from, count) => void party.open(sumOfShares(party, Number(count)), [analyst])),
)
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (typeof address === "object" && address !== null) process.send?.(`http://127.0.0.1:${address.port}`)
})

function start(): Client {
  const instance = new jiff.JIFFServer(server, { logs: false })
  instance.apply_extension(jiff.JIFFServerRestful, { app })
  instance.computationMaps.maxCount[COMPUTATION] = Number(size) + 2
  return instance.compute(COMPUTATION, { Zp: FIELD, safemod: false, crypto_provider: true })
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body: unknown = await json(request)
  const send = (content: unknown): void => void response.end(JSON.stringify(content))
  response.setHeader("content-type", "application/json")
  poll?.({ body }, { json: send })
}
