import type { App, Services } from "../services.ts"
import { addAttestation } from "./attestation.ts"
import { addCrossOrigin } from "./crossOrigin.ts"
import { addEvents } from "./events.ts"
import { addHealth } from "./health.ts"
import { addMail } from "./mail.ts"
import { addMetrics } from "./metrics.ts"
import { addOpenApi } from "./openApi.ts"
import { addPage } from "./page.ts"

const routes = [addCrossOrigin, addAttestation, addMail, addEvents, addHealth, addMetrics, addOpenApi, addPage]

export function addRoutes(app: App, services: Services): void {
  for (const add of routes) add(app, services)
}
