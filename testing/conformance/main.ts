/**
 * `npm run conformance -- [--vectors DIR]`: every case of real evidence, in Node and in headless Chromium; then how long
 * a verification takes, and how large the verifiers are as a bundle for browsers. Fails where a verdict or a field is not
 * as the case says, where the two differ in anything, or where there is no Chromium.
 */
import { parseArgs } from "node:util"
import { attestationVectors } from "../src/attestationVectors.ts"
import { bundle, findChromium } from "./browser.ts"
import { conform } from "./conform.ts"
import { timings } from "./timing.ts"

const { values } = parseArgs({ options: { vectors: { type: "string" } } })
const vectors = attestationVectors(values.vectors)
if (vectors === undefined) {
  const where = values.vectors === undefined ? "there is no folder of vectors" : `${values.vectors} has no cases.json`
  process.stdout.write(`conformance: skipped: ${where}; name a folder of vectors with --vectors DIR\n`)
} else {
  const browser = findChromium()
  const { lines, failures } = await conform(vectors, browser)
  process.stdout.write(`${lines.join("\n")}\n`)
  const { bytes, gzipBytes } = await bundle("../../user/client/src/attestation/index.ts")
  process.stdout.write(`${(await timings(vectors)).join("\n")}\n`)
  process.stdout.write(`verifiers as one bundle for browsers: ${bytes} bytes, ${gzipBytes} compressed\n`)
  if (browser === undefined) process.stdout.write("no Chromium here: checked in Node alone\n")
  process.stdout.write(`${vectors.cases.length - failures} passed, ${failures} failed\n`)
  if (failures > 0 || browser === undefined) process.exitCode = 1
}
