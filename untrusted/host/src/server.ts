import rateLimit from "@fastify/rate-limit"
import swagger from "@fastify/swagger"
import { FRAME_BYTES_MAX, FRAME_MEDIA_TYPE } from "@event-manager/protocol/frame"
import { fastify, LogController, type FastifyReply, type FastifyRequest } from "fastify"
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from "fastify-type-provider-zod"
import type { Socket } from "node:net"
import { HostError } from "./errors.ts"
import { Refusal, refusalFor } from "./refusal.ts"
import { addRoutes } from "./routes/index.ts"
import type { App, Services } from "./services.ts"

/** A frame of a mebibyte in this time needs 35 kB/s: slower clients hold a place that others could have. */
const REQUEST_MS_MAX = 30_000
const CONNECTIONS_MAX = 4_096

// @fastify/helmet would halve the throughput; none of these depend on the request. Nothing here is for a page to show.
const securityHeaders = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
}

/** The HTTP server, ready to listen. */
export async function openServer(services: Services): Promise<App> {
  const app: App = fastify({
    loggerInstance: services.log,
    // Fastify would log addresses and whole URLs; see `record` for what is logged instead.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: FRAME_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    exposeHeadRoutes: false,
    // What arrives while the host closes is refused in our own words, by a hook.
    return503OnClosing: false,
    clientErrorHandler: refuseNonsense,
    // A path that does not decode never reaches a route, nor the hooks.
    frameworkErrors(error, request, reply) {
      refuse(services, error, request, reply)
      record(services, request, reply)
    },
  }).withTypeProvider<ZodTypeProvider>()
  app.server.maxConnections = CONNECTIONS_MAX
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  takeOctetsOnly(app)
  addHooks(app, services)
  await addPlugins(app, services)
  addRoutes(app, services)
  return app
}

function takeOctetsOnly(app: App): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(FRAME_MEDIA_TYPE, { parseAs: "buffer" }, (_request, body, done) => done(null, body))
}

function addHooks(app: App, services: Services): void {
  app.addHook("onRequest", async (_request, reply) => {
    reply.headers(securityHeaders)
    if (services.isClosing()) throw new Refusal(services.relay.isGone ? "ENCLAVE_GONE" : "CLOSING")
  })
  app.addHook("onSend", async (_request, reply) => {
    // The server is closed when its last connection is; one kept alive would hold it open for nothing.
    if (services.isClosing()) reply.header("connection", "close")
  })
  app.addHook("onResponse", async (request, reply) => record(services, request, reply))
  app.addHook("preClose", async () => services.wakeUps.close())
  app.setErrorHandler((error, request, reply) => refuse(services, error, request, reply))
}

async function addPlugins(app: App, services: Services): Promise<void> {
  const info = { title: "Event Manager host", version: "1", description: "Relays sealed mail to an attested enclave." }
  await app.register(swagger, { openapi: { openapi: "3.1.0", info }, transform: jsonSchemaTransform })
  const limited = services.rateLimit > 0
  if (limited) await app.register(rateLimit, limitOf(services.rateLimit))
  const notFound = async (): Promise<never> => {
    throw new Refusal("NOT_FOUND")
  }
  // The plugin counts routes alone; without this, asking for what is not there would be free.
  app.setNotFoundHandler(limited ? { preHandler: app.rateLimit() } : {}, notFound)
}

function limitOf(max: number): object {
  const silent = { "x-ratelimit-limit": false, "x-ratelimit-remaining": false, "x-ratelimit-reset": false }
  return {
    max,
    timeWindow: 1_000,
    addHeaders: silent,
    addHeadersOnExceeding: silent,
    errorResponseBuilder: () => new Refusal("RATE_LIMITED"),
  }
}

function refuse(services: Services, thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const refusal = refusalFor(thrown)
  services.metrics.refused(refusal.code)
  if (refusal.code === "INTERNAL") request.log.error({ err: thrown }, "a request failed")
  if (refusal.cause instanceof HostError && refusal.code === "NO_EVIDENCE") {
    request.log.warn({ reason: refusal.cause.message }, "the enclave gave no evidence")
  }
  if (refusal.code === "BUSY" || refusal.code === "NO_EVIDENCE") reply.header("retry-after", "1")
  reply.code(refusal.statusCode).headers(securityHeaders).type("application/json")
  reply.send(JSON.stringify({ code: refusal.code, message: refusal.message }))
}

/** What does not parse as HTTP never becomes a request. Nothing of it is logged: the error holds the raw bytes. */
function refuseNonsense(_error: Error, socket: Socket): void {
  if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
  else socket.destroy()
}

/** One line a request, of what no client chose but its method and the route it met. */
function record(services: Services, request: FastifyRequest, reply: FastifyReply): void {
  const route = request.routeOptions.url ?? "none"
  const { statusCode: status, elapsedTime: ms } = reply
  const received = request.body instanceof Uint8Array ? request.body.length : 0
  const sent = Number(reply.getHeader("content-length") ?? 0)
  services.metrics.answered(request.method, route, status, ms / 1_000)
  request.log.info({ method: request.method, route, status, received, sent, ms }, "request")
}
