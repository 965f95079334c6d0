import { z } from "zod"
import { Refusal } from "../refusal.ts"
import type { App, Services } from "../services.ts"
import { refusals } from "./octets.ts"

const schema = {
  summary: "Whether the host serves",
  response: { 200: z.object({ status: z.literal("ok"), enclaveMode: z.string() }), ...refusals },
}

export function addHealth(app: App, { relay, mode }: Services): void {
  app.get("/healthz", { schema, config: { rateLimit: false } }, async () => {
    if (relay.isGone) throw new Refusal("ENCLAVE_GONE")
    return { status: "ok" as const, enclaveMode: mode }
  })
}
