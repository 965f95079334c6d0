import { inspectEvidence } from "@event-manager/client/attestation"
import { strict as assert } from "node:assert"
import { before, test } from "node:test"
import { corpusOf } from "./corpus.ts"
import { fuzz, type Sample } from "./fuzz.ts"

const SEED = 20_261_124
const RUNS = 3_000
let samples: readonly Sample[]

before(async () => {
  samples = await corpusOf(undefined)
})

function times(runs: number): () => boolean {
  let left = runs
  return () => left-- > 0
}

test("Every sample is good before it is changed", async () => {
  for (const { name, input } of samples) {
    const { outcome } = await inspectEvidence(input)
    const isGood = outcome.verdict !== "reject" || (outcome.code === "SECURITY_TOO_LOW" && name.includes("mock"))
    assert.ok(isGood, `${name}: ${JSON.stringify(outcome)}`)
  }
})

test("Whatever is changed, it is refused with a code, and in time", async (t) => {
  t.diagnostic(`seed ${SEED}, ${RUNS} runs`)
  const { lines, failures } = await fuzz(samples, SEED, times(RUNS))
  assert.deepEqual(failures, [], lines.join("\n"))
})

test("A verifier that does not look at a signature, or that throws, is found", async () => {
  const blind: typeof inspectEvidence = async (input) => {
    const found = await inspectEvidence(input)
    if (found.outcome.verdict !== "reject" || found.outcome.code !== "SIGNATURE_INVALID") return found
    return { ...found, outcome: { verdict: "accept", level: "SECURE", reasons: [], advisories: [] } }
  }
  assert.match((await fuzz(samples, SEED, times(RUNS), blind)).failures.join(), /accepted with a change to bytes/)
  const faulty: typeof inspectEvidence = async (input) => {
    if (input.bytes.length > 1_184) throw new TypeError("too long")
    return inspectEvidence(input)
  }
  const short = samples.filter(({ input }) => input.format === "sev-snp")
  assert.match((await fuzz(short, SEED, times(RUNS), faulty)).failures.join(), /threw TypeError/)
})
