import { decode, evidenceCodec, statementCodec, type EnclaveCrossing, type Report } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { createHash } from "node:crypto"
import { describe, test } from "node:test"
import { openTestEnclave } from "../../../../testing/src/testEnclave.ts"
import { CLOCK_MS_FIRST, testPlatform } from "../../../../testing/src/testPlatform.ts"

const SECOND = 1_000
const HOUR = 3_600 * SECOND

async function reportOf(enclave: EnclaveCrossing): Promise<Report> {
  return decode(evidenceCodec, await enclave.evidence()).quote.report
}

describe("evidence", () => {
  test("binds the statement, and says when it was made", async () => {
    const enclave = await openTestEnclave()
    const evidence = decode(evidenceCodec, await enclave.evidence())
    const statement = decode(statementCodec, evidence.statement)
    assert.equal(statement.platform, "mock")
    assert.equal(evidence.quote.kind, "mock")
    const { reportData, issuedAt, codeHash } = evidence.quote.report
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
    const second = decode(evidenceCodec, await fresh.evidence())
    assert.equal(second.quote.report.issuedAt * SECOND, CLOCK_MS_FIRST + HOUR)
    assert.deepEqual(second.statement, decode(evidenceCodec, first).statement)
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
