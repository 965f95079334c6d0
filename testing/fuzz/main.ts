/**
 * `npm run fuzz -- [--seed S] [--seconds N] [--vectors DIR]`: changes real evidence, and what endorses it, in ways that
 * know its structure, and inspects each. Fails where an inspection throws, takes longer than a second, or accepts
 * anything but what the evidence it was made from says.
 */
import { parseArgs } from "node:util"
import { attestationVectors } from "../src/attestationVectors.ts"
import { corpusOf } from "./corpus.ts"
import { fuzz } from "./fuzz.ts"

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    seconds: { type: "string", default: "600" },
    vectors: { type: "string" },
  },
})
const end = performance.now() + 1_000 * Number(values.seconds)
const corpus = await corpusOf(attestationVectors(values.vectors))
const report = await fuzz(corpus, Number(values.seed), () => performance.now() < end)
process.stdout.write(`${report.lines.join("\n")}\n`)
process.exitCode = report.failures.length === 0 ? 0 : 1
