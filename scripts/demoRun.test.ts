import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { test, type TestContext } from "node:test"

interface Demo {
  readonly folder: string
  readonly interrupt: () => void
  readonly output: Promise<string>
  readonly status: Promise<unknown>
  readonly sees: (what: string) => Promise<void>
}

/** Runs the demo with a folder for temporary files in which it is alone. */
function startDemo(context: TestContext, ...args: readonly string[]): Demo {
  const folder = mkdtempSync(join(tmpdir(), "event-manager-demo-run-"))
  context.after(() => rmSync(folder, { recursive: true }))
  const child = spawn(process.execPath, [join(import.meta.dirname, "demo.ts"), ...args], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ["ignore", "pipe", "ignore"],
  })
  const sees = async (what: string): Promise<void> => {
    for (let seen = ""; !seen.includes(what); seen += String((await once(child.stdout, "data"))[0]));
  }
  return {
    folder,
    interrupt: () => void child.kill("SIGINT"),
    output: text(child.stdout),
    status: once(child, "close").then(([status]: unknown[]) => status),
    sees,
  }
}

for (const [mode, ...more] of [["simulation"], ["mock"], ["release", "--test-root"]] as const) {
  test(`the demo in ${mode} mode sees all that it must, and leaves nothing behind`, async (context) => {
    const demo = startDemo(context, "--enclave-mode", mode, ...more)
    const output = await demo.output
    assert.equal(await demo.status, 0, output)
    assert.match(output, /\nyes  AvgComp: 45 for all four\n/)
    assert.match(output, /\nAll as it must be\.\n$/)
    assert.deepEqual(readdirSync(demo.folder), [])
  })
}

test("clients that do not know the test TEE's root refuse it, say why, and send nothing", async (context) => {
  const demo = startDemo(context, "--enclave-mode", "release")
  const output = await demo.output
  assert.equal(await demo.status, 1)
  assert.match(
    output,
    /\nevent-client: CHAIN_UNTRUSTED: the processor's key is certified by none of AMD's authorities\n/,
  )
  assert.match(output, /\nThe demo stopped: demo\/2\.create-computations\.sh ended with 1\n/)
  assert.deepEqual(readdirSync(demo.folder), [])
})

test("the demo leaves nothing behind where it is interrupted", async (context) => {
  const demo = startDemo(context)
  await demo.sees("== demo/2.create-computations.sh")
  demo.interrupt()
  assert.equal(await demo.status, 130)
  assert.deepEqual(readdirSync(demo.folder), [])
})
