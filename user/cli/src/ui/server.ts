import { CodedError, TransportError, UserError, type Transport } from "@event-manager/client"
import { randomBytes } from "node:crypto"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { LeaseError, object, type Api } from "./api.ts"
import type { Page } from "./pageFiles.ts"
import { bodyOf, pathOf, RequestRefused } from "./requests.ts"

/** What is served, on this machine alone. */
export interface PageServerOptions {
  readonly page: Page
  readonly api: Api
  readonly transport: Transport
  /** What `home.json` says. */
  readonly about: () => object
}

export interface PageServer {
  /** The link that opens the page. Whoever has it acts for the identity while this process lives. */
  readonly link: string
  close(): Promise<void>
}

const ADDRESS = "127.0.0.1"
const TOKEN_BYTES = 32
const JSON_BYTES_MAX = 65_536
/** Frozen inputs of as many participants as there may be. */
const SIGNED_BYTES_MAX = 512 * 1_024
const MAIL_BYTES_MAX = 1_024 * 1_024
const CONNECTIONS_MAX = 64
const REQUEST_MS_MAX = 60_000
const OCTETS = "application/octet-stream"
const JSON_TYPE = "application/json"

/** Serves the page on a free port of the loopback interface, under a path that nobody can guess. */
export async function servePage(options: PageServerOptions): Promise<PageServer> {
  const token = randomBytes(TOKEN_BYTES).toString("base64url")
  const server = createServer({ requestTimeout: REQUEST_MS_MAX })
  server.maxConnections = CONNECTIONS_MAX
  await listen(server)
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  const host = `${ADDRESS}:${port}`
  const desk = new PageDesk(options, host, token)
  server.on("request", (request, response) => void desk.answer(request, response))
  return { link: `http://${host}/${token}/`, close: async () => close(server) }
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => reject(new UserError("FILE_UNWRITABLE", "no port can be opened here", { cause })))
    server.listen(0, ADDRESS, resolve)
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

class PageDesk {
  readonly #options: PageServerOptions
  readonly #host: string
  readonly #token: string

  constructor(options: PageServerOptions, host: string, token: string) {
    this.#options = options
    this.#host = host
    this.#token = token
  }

  /** Answers one request, whatever it is. Never rejects. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const path = pathOf(request, this.#host, this.#token)
      if (request.method === "GET") await this.#get(path, response)
      else if (request.method === "POST") await this.#post(path, request, response)
      else throw new RequestRefused(405, "GET and POST alone")
    } catch (error) {
      this.#fail(response, error)
    }
  }

  async #get(path: string, response: ServerResponse): Promise<void> {
    const { page, transport, about } = this.#options
    if (path === "home.json") return this.#send(response, 200, JSON_TYPE, JSON.stringify(about()))
    if (path === "host/attestation") return this.#send(response, 200, OCTETS, await transport.evidence())
    if (path === "host/events") return this.#relayWakeUps(response)
    const file = page.files.get(path === "" ? "index.html" : path)
    if (file === undefined) throw new RequestRefused(404, "there is no such file")
    this.#send(response, 200, file.type, file.bytes)
  }

  async #post(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { api, transport } = this.#options
    const given = request.headers["event-manager-lease"]
    const lease = typeof given === "string" ? given : ""
    if (path === "host/mail") {
      const frame = await bodyOf(request, OCTETS, MAIL_BYTES_MAX)
      return this.#send(response, 200, OCTETS, await transport.mail(frame))
    }
    if (path === "api/sign") {
      const data = await bodyOf(request, OCTETS, SIGNED_BYTES_MAX)
      return this.#send(response, 200, OCTETS, await api.sign(lease, data))
    }
    const body = jsonIn(await bodyOf(request, JSON_TYPE, JSON_BYTES_MAX))
    const answer = path.startsWith("api/") ? await api.answer(path.slice("api/".length), lease, body) : undefined
    if (answer === undefined) throw new RequestRefused(404, "there is no such function")
    this.#send(response, 200, JSON_TYPE, JSON.stringify(answer))
  }

  /** A byte for each wake-up; it ends when the page goes. */
  async #relayWakeUps(response: ServerResponse): Promise<void> {
    const stop = new AbortController()
    response.once("close", () => stop.abort())
    const { page, transport } = this.#options
    for await (const _ of transport.wakeUps(stop.signal)) {
      if (!response.headersSent) response.writeHead(200, { ...page.headers, "content-type": OCTETS })
      response.write(".")
    }
    response.end()
  }

  #send(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
    response.writeHead(status, { ...this.#options.page.headers, "content-type": type })
    response.end(body)
  }

  /** Why, in a line for the page. What is no error of ours is told by its kind alone. */
  #fail(response: ServerResponse, error: unknown): void {
    if (response.headersSent) return void response.destroy()
    const [status, line] = failureOf(error)
    this.#send(response, status, "text/plain; charset=utf-8", line)
  }
}

function jsonIn(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    return object(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)))
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof TypeError) throw new RequestRefused(400, "JSON expected")
    throw cause
  }
}

function failureOf(error: unknown): [number, string] {
  if (error instanceof RequestRefused) return [error.status, error.message]
  if (error instanceof LeaseError) return [409, error.message]
  if (error instanceof TransportError) return [502, `${error.code} ${error.message}`]
  if (error instanceof UserError && error.code === "FILE_UNWRITABLE") return [507, error.message]
  if (error instanceof CodedError) return [400, `${String(error.code)} ${error.message}`]
  return [500, error instanceof Error ? error.name : "internal error"]
}
