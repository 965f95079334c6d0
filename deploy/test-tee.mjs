/*
 * A test TEE for compose.yaml: plays a processor that vouches for whatever runs, under a root of its own, so that host
 * and enclave can be tried as two containers without hardware. No shipped client believes it.
 *   node deploy/test-tee.mjs FOLDER
 */
import { createHash, randomBytes } from "node:crypto"
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { signedRelease } from "../testing/tee/evidence.ts"
import { startMachine } from "../testing/tee/machine.ts"

const PRODUCT = 1
const BUNDLE = join(import.meta.dirname, "../trusted/enclave/dist/event-enclave.mjs")
const folder = process.argv[2] ?? ""

if (!existsSync(folder) || !existsSync(BUNDLE)) {
  process.stderr.write("test-tee: name a folder that exists, and run npm run build:enclave first\n")
  process.exit(2)
}
// In the place of a key that the processor derives; it lasts as long as the folder.
const sealingKey = join(folder, "sealing.key")
if (!existsSync(sealingKey)) writeFileSync(sealingKey, randomBytes(32), { mode: 0o600 })
// A killed one leaves its socket behind.
rmSync(join(folder, "tee.sock"), { force: true })
const machine = await startMachine(folder)
const release = signedRelease({
  version: "test",
  codeHash: new Uint8Array(createHash("sha256").update(readFileSync(BUNDLE)).digest()),
  productId: PRODUCT,
  revocationLevel: 0,
  launches: [machine.launch],
  sevSnpMinimumTcb: [],
})
writeFileSync(join(folder, "event-enclave.release"), release.text)
process.stdout.write(`constraint=S:${release.signer} PROD:${PRODUCT} SEC:SECURE PLATFORM:sev-snp\n`)
process.on("SIGTERM", () => process.exit(0))
