import type { Readable } from "node:stream"
import { z } from "zod"
import { Refusal } from "../refusal.ts"
import type { App, Services } from "../services.ts"
import { refusals } from "./octets.ts"

const MEDIA_TYPE = "text/event-stream"

const schema = {
  summary: "Wake-ups",
  description:
    "Server-sent events without content, at most one a second, after something changed in the enclave. Ask once after " +
    "connecting: changes before that are not told.",
  response: {
    200: {
      description: "`data: changed` at each wake-up",
      content: { [MEDIA_TYPE]: { schema: z.custom<Readable>().meta({ type: "string" }) } },
    },
    ...refusals,
  },
}

export function addEvents(app: App, { wakeUps }: Services): void {
  app.get("/events", { schema }, async (_request, reply) => {
    const stream = wakeUps.listen()
    if (stream === undefined) throw new Refusal("BUSY")
    // It was opened before the host began to close, and must not outlive that.
    return reply.header("connection", "close").type(MEDIA_TYPE).send(stream)
  })
}
