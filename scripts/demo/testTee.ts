/** An enclave in the test TEE, for the demo: a process that listens on a socket, as in a confidential virtual machine. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { signedRelease } from "../../testing/tee/evidence.ts"
import { startMachine } from "../../testing/tee/machine.ts"
import type { Children } from "./children.ts"

export interface TestTeeOptions {
  readonly root: string
  readonly folder: string
  /** Of the bundle that runs, in hexadecimal. */
  readonly codeHash: string
}

export interface TestTeeHost {
  /** What a host needs to be told. */
  readonly hostOptions: readonly string[]
  readonly clientEnvironment: Readonly<Record<string, string>>
  /** By which clients accept it. */
  readonly constraint: string
  close(): Promise<void>
}

/** The client that knows the test TEE's root. */
export const TEST_CLIENT = join(import.meta.dirname, "../../testing/tee/eventClient.ts")

const PRODUCT = 1

export async function startTestTee(
  children: Children,
  { root, folder, codeHash }: TestTeeOptions,
): Promise<TestTeeHost> {
  const machine = await startMachine(folder)
  const socket = join(folder, "enclave.sock")
  const sealingKey = "head -c 32 /dev/zero"
  const options = ["--platform", "sev-snp", "--listen", `unix:${socket}`, "--sealing-key-command", sealingKey]
  children.start(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      join(root, "trusted/enclave/dist/event-enclave.mjs"),
      ...options,
      "--evidence-command",
      machine.evidenceCommand,
    ],
    { cwd: folder, stdio: ["ignore", "ignore", "inherit"] },
  )
  const release = signedRelease({
    version: "demo",
    codeHash: Uint8Array.fromHex(codeHash),
    productId: PRODUCT,
    revocationLevel: 0,
    launches: [machine.launch],
    sevSnpMinimumTcb: [],
  })
  const manifest = join(folder, "event-enclave.release")
  writeFileSync(manifest, release.text)
  return {
    hostOptions: [
      "--enclave-connect",
      `unix:${socket}`,
      "--snp-endorsements",
      machine.endorsements,
      "--release-manifest",
      manifest,
    ],
    clientEnvironment: { EVENT_MANAGER_TEST_ROOTS: machine.roots },
    constraint: `S:${release.signer} PROD:${PRODUCT} SEC:SECURE PLATFORM:sev-snp`,
    close: () => machine.close(),
  }
}
