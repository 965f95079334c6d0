import { z } from "zod"
import type { App } from "../services.ts"
import { refusals } from "./octets.ts"

const schema = {
  summary: "This description",
  response: { 200: z.custom<object>().meta({ type: "object", description: "OpenAPI 3.1" }), ...refusals },
}

export function addOpenApi(app: App): void {
  app.get("/openapi.json", { schema }, async () => app.swagger())
}
