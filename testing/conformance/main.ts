/**
 * `npm run conformance -- [--vectors DIR]`: every case of real evidence, in Node and in headless Chromium. Fails where a
 * verdict or a field is not as the case says, or the two differ in anything.
 */
import { parseArgs } from "node:util"
import { attestationVectors } from "../src/attestationVectors.ts"
import { bundle, findChromium } from "./browser.ts"
import { conform } from "./conform.ts"

const { values } = parseArgs({ options: { vectors: { type: "string" } } })
const vectors = attestationVectors(values.vectors)
if (vectors === undefined) {
  process.stdout.write("conformance: skipped: there is no folder of vectors; name one with --vectors DIR\n")
} else {
  const browser = findChromium()
  const { lines, failures } = await conform(vectors, browser)
  process.stdout.write(`${lines.join("\n")}\n`)
  const { bytes, gzipBytes } = await bundle("../../user/client/src/attestation/index.ts")
  process.stdout.write(`verifiers as one bundle for browsers: ${bytes} bytes, ${gzipBytes} compressed\n`)
  if (browser === undefined) process.stdout.write("no Chromium here: checked in Node alone\n")
  process.stdout.write(`${vectors.cases.length - failures} passed, ${failures} failed\n`)
  if (failures > 0 || browser === undefined) process.exitCode = 1
}
