import { name } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { test } from "node:test"
import { HostileHost, newUser, onMails, unreachable } from "../../../testing/src/hostileHost.ts"
import { openTestEnclave } from "../../../testing/src/testEnclave.ts"

test("requests that a host drops together are all sent again, and share the session that comes after it", async () => {
  const host = new HostileHost(await openTestEnclave())
  const { manager } = await newUser(host)
  await manager.list()
  host.onMail = onMails(
    (count) => count <= 3,
    async () => {
      throw unreachable()
    },
  )
  const asked = ["A", "B", "C"].map((each) => manager.describe(name(each)))
  const refused = { kind: "refused", reason: "NO_SUCH_COMPUTATION", parameter: 0 }
  assert.deepEqual(await Promise.all(asked), [refused, refused, refused])
  await manager.list()
})
