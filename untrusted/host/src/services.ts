import type { FastifyInstance, RawServerDefault } from "fastify"
import type { ZodTypeProvider } from "fastify-type-provider-zod"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Log } from "./log.ts"
import type { Metrics } from "./metrics.ts"
import type { Page } from "./page.ts"
import type { Relay } from "./relay.ts"
import type { WakeUps } from "./wakeUps.ts"

export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, Log, ZodTypeProvider>

/** What the routes work with. */
export interface Services {
  readonly mode: string
  readonly relay: Relay
  readonly wakeUps: WakeUps
  readonly metrics: Metrics
  readonly log: Log
  /** Requests a second from one address; 0 for any number. */
  readonly rateLimit: number
  /** Served where the operator wants it. */
  readonly page: Page | undefined
  readonly isClosing: () => boolean
}
