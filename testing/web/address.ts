import { strict as assert } from "node:assert"
import type { Server } from "node:http"

/** Where a server listens on the loopback interface. */
export function addressOf(server: Server): string {
  const address = server.address()
  assert.ok(address !== null && typeof address === "object")
  return `http://127.0.0.1:${address.port}`
}
