import { partyKey, type Attested, type SecurityLevel } from "@event-manager/client"
import { strict as assert } from "node:assert"
import { test } from "node:test"
import { enclaveFacts } from "./enclaveFacts.ts"

/** As far as facts are made of it. */
function attested(level: SecurityLevel, launch: string | undefined): Attested {
  const statement = { platform: "sev-snp", anchor: "none", identity: partyKey(new Uint8Array(32)) }
  return { statement, level, launch, reasons: [], advisories: [] } as unknown as Attested
}

test("what is sent is sealed only to code whose owner cannot look inside", () => {
  const launch = "1".repeat(64)
  assert.deepEqual(enclaveFacts(attested("SECURE", launch)).proved, ["LAUNCH", "SEALED"])
  assert.deepEqual(enclaveFacts(attested("STALE", launch)).proved, ["LAUNCH", "SEALED"])
  const { proved, notProved } = enclaveFacts(attested("INSECURE", launch))
  assert.deepEqual(proved, ["LAUNCH_OPEN"])
  assert.ok(notProved.includes("HOST_READS"))
  assert.deepEqual(enclaveFacts(attested("INSECURE", undefined)).proved, ["NOTHING"])
})
