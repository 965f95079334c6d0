import { decode, evidenceCodec, statementCodec, type EnclaveCrossing, type Report } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { createHash } from "node:crypto"
import { describe, test } from "node:test"
import { openTestEnclave } from "../../../../testing/src/testEnclave.ts"
import { CLOCK_MS_FIRST, testPlatform } from "../../../../testing/src/testPlatform.ts"
import { PlatformError, type Platform } from "./platform/platform.ts"

const SECOND = 1_000
const HOUR = 3_600 * SECOND

function reportIn(evidence: Uint8Array): Report {
  const { quote } = decode(evidenceCodec, evidence)
  assert.ok(quote.kind === "mock")
  return quote.report
}

async function reportOf(enclave: EnclaveCrossing): Promise<Report> {
  return reportIn(await enclave.evidence())
}

describe("evidence", () => {
  test("binds the statement, and says when it was made", async () => {
    const enclave = await openTestEnclave()
    const evidence = decode(evidenceCodec, await enclave.evidence())
    const statement = decode(statementCodec, evidence.statement)
    assert.equal(statement.platform, "mock")
    assert.deepEqual(evidence.endorsements, [])
    const { reportData, issuedAt, codeHash } = await reportOf(enclave)
    assert.deepEqual(Buffer.from(reportData), createHash("sha512").update(evidence.statement).digest())
    assert.equal(issuedAt * SECOND, CLOCK_MS_FIRST)
    assert.deepEqual(codeHash, new Uint8Array(32))
  })
  test("is renewed after an hour and not before, about the same statement", async () => {
    const platform = testPlatform()
    const fresh = await openTestEnclave({ platform })
    const first = await fresh.evidence()
    platform.clockMs += HOUR - 1
    assert.deepEqual(await fresh.evidence(), first)
    platform.clockMs += 1
    const second = await fresh.evidence()
    assert.equal(reportIn(second).issuedAt * SECOND, CLOCK_MS_FIRST + HOUR)
    assert.deepEqual(decode(evidenceCodec, second).statement, decode(evidenceCodec, first).statement)
  })
  test("does not go back where the clock is turned back", async () => {
    const platform = testPlatform()
    const fresh = await openTestEnclave({ platform })
    platform.clockMs += 5 * HOUR
    const { issuedAt } = await reportOf(fresh)
    platform.clockMs -= 4 * HOUR
    assert.equal((await reportOf(fresh)).issuedAt, issuedAt)
    platform.clockMs += 5 * HOUR
    assert.equal((await reportOf(fresh)).issuedAt, issuedAt + 3_600)
  })
  test("that the platform does not give is asked for again at the next question, and the life goes on", async () => {
    const platform = testPlatform()
    let asked = 0
    const moody: Platform = {
      ...platform,
      async quote(reportData, issuedAt) {
        asked += 1
        if (asked % 2 === 1) throw new PlatformError("TSM_BUSY", "not now")
        return platform.quote(reportData, issuedAt)
      },
    }
    const fresh = await openTestEnclave({ platform: moody })
    for (let hour = 0; hour < 2; hour++) {
      const questions = [fresh.evidence(), fresh.evidence()]
      for (const question of questions) await assert.rejects(question, { code: "TSM_BUSY" })
      assert.deepEqual(await fresh.evidence(), await fresh.evidence())
      platform.clockMs += HOUR
    }
    assert.equal(asked, 4)
  })
  test("no two new states share identity, key or life", async () => {
    const statements = await Promise.all(
      ["a", "b"].map(async (seed) => {
        const { statement } = decode(
          evidenceCodec,
          await (await openTestEnclave({ platform: testPlatform(seed) })).evidence(),
        )
        return decode(statementCodec, statement)
      }),
    )
    const [one, two] = statements
    assert.ok(one && two)
    assert.notEqual(one.identity, two.identity)
    assert.notDeepEqual(one.mailKey, two.mailKey)
    assert.notDeepEqual(one.life, two.life)
  })
})
