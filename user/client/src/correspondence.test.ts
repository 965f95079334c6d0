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

test("a host that was reached is waited for also by a request that begins while it is away", async () => {
  const host = new HostileHost(await openTestEnclave())
  const { manager } = await newUser(host)
  await manager.list()
  let meanwhile: Promise<unknown> | undefined
  host.onMail = onMails(
    (count) => count === 1,
    async () => {
      throw unreachable()
    },
  )
  host.onEvidence = async (honest) => {
    if (host.evidenceAsked > 3) return honest()
    meanwhile ??= manager.describe(name("B"))
    throw unreachable()
  }
  const refused = { kind: "refused", reason: "NO_SUCH_COMPUTATION", parameter: 0 }
  assert.deepEqual(await manager.describe(name("A")), refused)
  assert.deepEqual(await meanwhile, refused)
})
