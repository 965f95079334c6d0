import { simulationPlatform } from "@event-manager/enclave"
import { decode, encode, evidenceCodec, statementCodec, type Evidence } from "@event-manager/protocol"
import fc from "fast-check"
import { strict as assert } from "node:assert"
import { before, describe, test } from "node:test"
import { fuzz } from "../../../../testing/src/fuzz.ts"
import { flipped } from "../../../../testing/src/hostileHost.ts"
import { read, reported, restated } from "../../../../testing/src/scenarioEvidence.ts"
import { openTestEnclave, SEALING_KEY } from "../../../../testing/src/testEnclave.ts"
import { CLOCK_MS_FIRST } from "../../../../testing/src/testPlatform.ts"
import { AttestationError } from "../errors.ts"
import { verifyEvidence, type Attested } from "./evidence.ts"

const NOW = CLOCK_MS_FIRST / 1_000
const codeHash = new Uint8Array(32).fill(0xc0)

let mock: Uint8Array
let simulation: Uint8Array

before(async () => {
  mock = await (await openTestEnclave()).evidence()
  simulation = await simulated(1)
})

async function simulated(seed: number): Promise<Uint8Array> {
  const signingSeed = new Uint8Array(32).fill(seed)
  const platform = {
    ...simulationPlatform({ codeHash, signingSeed, sealingKey: SEALING_KEY }),
    nowMs: () => CLOCK_MS_FIRST,
  }
  return (await openTestEnclave({ platform })).evidence()
}

async function refused(bytes: Uint8Array, code: AttestationError["code"], at = NOW): Promise<void> {
  await assert.rejects(verifyEvidence(bytes, at), { name: "AttestationError", code })
}

/** The verdict, or nothing where it was refused, as only an AttestationError does. */
async function verdictOn(bytes: Uint8Array): Promise<Attested | undefined> {
  try {
    return await verifyEvidence(bytes, NOW)
  } catch (error) {
    assert.ok(error instanceof AttestationError, String(error))
    return undefined
  }
}

function withQuote(bytes: Uint8Array, quote: Evidence["quote"]): Uint8Array {
  return encode(evidenceCodec, { ...read(bytes), quote })
}

test("good evidence tells who signs, what runs, and that it is insecure, in words", async () => {
  const ofMock = await verifyEvidence(mock, NOW)
  assert.deepEqual(
    [ofMock.level, ofMock.release?.signer, ofMock.statement.platform],
    ["INSECURE", "0".repeat(64), "mock"],
  )
  assert.match(ofMock.reasons.join(), /mock mode/)
  const ofSimulation = await verifyEvidence(simulation, NOW)
  assert.deepEqual([ofSimulation.level, ofSimulation.release?.codeHash], ["INSECURE", codeHash.toHex()])
  assert.match(ofSimulation.reasons.join(), /simulation mode/)
  const { quote } = read(simulation)
  assert.ok(quote.kind === "simulation")
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", quote.signer))
  assert.equal(ofSimulation.release?.signer, hash.toHex())
  const statement = new Uint8Array(await crypto.subtle.digest("SHA-256", read(simulation).statement))
  assert.deepEqual(ofSimulation.statementHash, statement)
})

describe("each code has evidence that differs from a good one in one respect", () => {
  test("EVIDENCE_MALFORMED", async () => {
    await refused(new Uint8Array(0), "EVIDENCE_MALFORMED")
    await refused(new Uint8Array([...simulation, 0]), "EVIDENCE_MALFORMED")
    await refused(restated(simulation, { version: 2 }), "EVIDENCE_MALFORMED")
    for (let length = 0; length < simulation.length; length++) {
      await refused(simulation.subarray(0, length), "EVIDENCE_MALFORMED")
    }
  })

  test("PLATFORM_MISMATCH: a mock enclave with a simulated quote, and the other way", async () => {
    await refused(restated(simulation, { platform: "mock" }), "PLATFORM_MISMATCH")
    await refused(restated(mock, { platform: "simulation" }), "PLATFORM_MISMATCH")
    await refused(withQuote(simulation, { kind: "mock", report: read(simulation).quote.report }), "PLATFORM_MISMATCH")
  })

  test("REPORT_DATA_MISMATCH: the report is about other keys", async () => {
    await refused(reported(mock, { reportData: new Uint8Array(64) }), "REPORT_DATA_MISMATCH")
    await refused(withQuote(simulation, read(await simulated(1)).quote), "REPORT_DATA_MISMATCH")
  })

  test("SIGNATURE_INVALID: what was signed was changed, or another signed it", async () => {
    const { quote } = read(simulation)
    const { quote: other } = read(await simulated(2))
    assert.ok(quote.kind === "simulation" && other.kind === "simulation")
    await refused(reported(simulation, { codeHash: new Uint8Array(32) }), "SIGNATURE_INVALID")
    await refused(reported(simulation, { productId: 2 }), "SIGNATURE_INVALID")
    await refused(reported(simulation, { revocationLevel: 9 }), "SIGNATURE_INVALID")
    await refused(reported(simulation, { issuedAt: NOW + 1 }), "SIGNATURE_INVALID")
    await refused(restated(simulation, { mailKey: new Uint8Array(1_216) }), "SIGNATURE_INVALID")
    await refused(withQuote(simulation, { ...quote, signer: other.signer }), "SIGNATURE_INVALID")
    await refused(withQuote(simulation, { ...quote, signature: other.signature }), "SIGNATURE_INVALID")
    await refused(withQuote(simulation, { ...quote, signature: new Uint8Array(64) }), "SIGNATURE_INVALID")
  })

  test("EVIDENCE_FROM_FUTURE: more than five minutes ahead", async () => {
    assert.ok(await verifyEvidence(mock, NOW - 300))
    await refused(mock, "EVIDENCE_FROM_FUTURE", NOW - 301)
    await refused(simulation, "EVIDENCE_FROM_FUTURE", NOW - 301)
  })
})

describe("evidence changed at one place", () => {
  test("simulation: refused, whichever bit of whichever byte", async (t) => {
    for (let at = 0; at < simulation.length; at++) assert.equal(await verdictOn(flipped(simulation, at)), undefined)
    const anywhere = fc.tuple(fc.nat(simulation.length - 1), fc.nat(255))
    await fc.assert(
      fc.asyncProperty(anywhere, async ([at, value]) => {
        const changed = new Uint8Array(simulation)
        changed[at] = value
        assert.equal((await verdictOn(changed)) === undefined, changed.toHex() !== simulation.toHex())
      }),
      fuzz(t, 500),
    )
  })

  // Nobody vouches for a mock report: what it says of itself is what its host likes it to say, and INSECURE always.
  test("mock: refused, or the keys are as they were and it is as insecure as before", async () => {
    const { statementHash, release } = await verifyEvidence(mock, NOW)
    let accepted = 0
    for (let at = 0; at < mock.length; at++) {
      const verdict = await verdictOn(flipped(mock, at))
      if (verdict === undefined) continue
      accepted += 1
      assert.deepEqual(
        [verdict.statementHash, verdict.release?.signer, verdict.level],
        [statementHash, release?.signer, "INSECURE"],
      )
    }
    // Code hash, product, revocation level, and of the time those bytes that do not move it ahead.
    assert.ok(accepted >= 36 && accepted <= 44, `${accepted} bytes`)
  })

  test("mock: a host that makes up a whole statement makes up another enclave", async () => {
    const { statement } = await verifyEvidence(mock, NOW)
    const made = await verifyEvidence(restated(mock, { life: new Uint8Array(32) }), NOW)
    assert.notDeepEqual(made.statement, statement)
    assert.deepEqual(made.statement, { ...statement, life: new Uint8Array(32) })
  })

  test("whatever bytes are called evidence, they are refused", async (t) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        assert.equal(await verdictOn(bytes), undefined)
      }),
      fuzz(t, 300),
    )
  })

  test("a statement inside that has something left over is no statement", async () => {
    const { statement, quote } = read(mock)
    assert.ok(decode(statementCodec, statement))
    const longer = new Uint8Array([...statement, 0])
    const reportData = new Uint8Array(await crypto.subtle.digest("SHA-512", longer))
    assert.ok(quote.kind === "mock")
    const evidence = {
      statement: longer,
      quote: { ...quote, report: { ...quote.report, reportData } },
      endorsements: [],
    }
    await refused(encode(evidenceCodec, evidence), "EVIDENCE_MALFORMED")
  })
})
