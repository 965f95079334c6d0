import { z } from "zod"
import type { App, Services } from "../services.ts"
import { refusals } from "./octets.ts"

const schema = {
  summary: "Numbers for Prometheus",
  response: {
    200: { description: "Prometheus text format", content: { "text/plain": { schema: z.string() } } },
    ...refusals,
  },
}

export function addMetrics(app: App, { metrics }: Services): void {
  app.get("/metrics", { schema, config: { rateLimit: false } }, async (_request, reply) => {
    const text = await metrics.text()
    return reply.type(metrics.mediaType).send(text)
  })
}
