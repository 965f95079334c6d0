import assert from "node:assert/strict"
import { execFile, spawn, spawnSync, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { watch, type FSWatcher } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite, test, type TestContext } from "node:test"
import { promisify } from "node:util"
import { openAnchor, parseAnchor } from "./address.ts"
import { extended, type Anchor } from "./anchor.ts"
import { defineCommand } from "./tpm.ts"

const INDEX = 0x1500016
const NV = "0x1500016"
const STARTS_MAX = 5
const first = new Uint8Array(32).fill(1)
const second = new Uint8Array(32).fill(2)

const missing = ["swtpm", "tpm2_nvdefine"].filter((tool) => spawnSync(tool, ["--version"]).error !== undefined)
const lack = `${missing.join(" and ")} not found: apt-get install swtpm tpm2-tools`
const skip = missing.length > 0 && process.env["CI"] !== "true" ? lack : false

/** A TPM of our own on loopback, in software, whose state lives in a folder of its own and outlasts `stop`. */
class SoftwareTpm {
  readonly #folder: string
  #process: ChildProcess | undefined
  #port = 0

  constructor(folder: string) {
    this.#folder = folder
  }

  static async make(t: TestContext): Promise<SoftwareTpm> {
    assert.equal(missing.length, 0, lack)
    const tpm = new SoftwareTpm(await mkdtemp(join(tmpdir(), "swtpm-")))
    t.after(async () => {
      await tpm.kill("SIGKILL")
      await rm(tpm.#folder, { recursive: true })
    })
    await tpm.start()
    return tpm
  }

  /** Another program may take the free port before swtpm does, which then exits: the next attempt takes another. */
  async start(): Promise<void> {
    for (let attempt = 0; attempt < STARTS_MAX; attempt++) {
      this.#port = await freePort()
      const pidFile = `pid-${this.#port}`
      const watcher = watch(this.#folder)
      const listening = nextFile(watcher, pidFile)
      const server = ["--server", `type=tcp,port=${this.#port}`, "--flags", "not-need-init,startup-clear"]
      const state = ["--tpmstate", `dir=${this.#folder}`, "--pid", `file=${join(this.#folder, pidFile)}`]
      this.#process = spawn("swtpm", ["socket", "--tpm2", ...server, ...state], { stdio: "ignore" })
      const exited = once(this.#process, "exit").then(() => "exited")
      const outcome = await Promise.race([listening, exited])
      watcher.close()
      if (outcome !== "exited") return
    }
    assert.fail("swtpm does not start")
  }

  /** As a machine is switched off in order. */
  async stop(): Promise<void> {
    await this.tool("tpm2_shutdown --clear")
    await this.kill("SIGTERM")
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process
    this.#process = undefined
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    const exited = once(running, "exit")
    running.kill(signal)
    await exited
  }

  /** What a command of tpm2-tools prints; it reaches the command port through the standard input and output of node. */
  async tool(command: string): Promise<Buffer> {
    const relay = `const s = require("net").connect(${this.#port}); process.stdin.pipe(s).pipe(process.stdout)`
    const env = { ...process.env, TPM2TOOLS_TCTI: `cmd:'${process.execPath}' -e '${relay}'` }
    const { stdout } = await promisify(execFile)("sh", ["-c", command], { env, encoding: "buffer" })
    return stdout
  }

  async nvRead(): Promise<Uint8Array> {
    return new Uint8Array(await this.tool(`tpm2_nvread ${NV} -C ${NV} -s 32`))
  }

  async open(): Promise<Anchor> {
    return openAnchor(parseAnchor(`tpm:127.0.0.1:${this.#port},${NV}`))
  }

  async file(name: string, bytes: Uint8Array): Promise<string> {
    const path = join(this.#folder, name)
    await writeFile(path, bytes)
    return path
  }
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1")
  await once(listener, "listening")
  const address = listener.address()
  assert(typeof address === "object" && address !== null)
  listener.close()
  await once(listener, "close")
  return address.port
}

/** Resolves when the file appears. swtpm writes its process id once its port is open. */
function nextFile(watcher: FSWatcher, name: string): Promise<string> {
  return new Promise((resolve) => {
    watcher.on("change", (_, changed) => {
      if (changed === name) resolve(name)
    })
  })
}

suite("a software TPM", { skip }, () => {
  test("an index defined by the documented command is extended, read by others, and outlasts restarts", async (t) => {
    const tpm = await SoftwareTpm.make(t)
    await assert.rejects(tpm.open(), { code: "INDEX_UNDEFINED" })
    await tpm.tool(defineCommand(INDEX))

    const anchor = await tpm.open()
    assert.deepEqual(await anchor.read(), new Uint8Array(32), "never extended")
    await anchor.extend(first)
    const one = extended(new Uint8Array(32), first)
    assert.deepEqual(await anchor.read(), one)
    assert.deepEqual(await tpm.nvRead(), one)
    await anchor.extend(second)
    const two = extended(one, second)
    assert.deepEqual(await anchor.read(), two)
    assert.deepEqual(await tpm.nvRead(), two)

    await tpm.stop()
    await assert.rejects(anchor.read(), { code: "TPM_UNREACHABLE" })
    await assert.rejects(anchor.extend(first), { code: "TPM_UNREACHABLE" })
    await tpm.start()
    const reopened = await tpm.open()
    assert.deepEqual(await reopened.read(), two, "after an orderly restart")
    await reopened.extend(first)
    const three = extended(two, first)
    await tpm.kill("SIGKILL")
    await tpm.start()
    assert.deepEqual(await (await tpm.open()).read(), three, "after it was killed")
  })

  test("what others extend it by is seen", async (t) => {
    const tpm = await SoftwareTpm.make(t)
    await tpm.tool(defineCommand(INDEX))
    const anchor = await tpm.open()
    await anchor.extend(first)
    await tpm.tool(`tpm2_nvextend ${NV} -C ${NV} -i ${await tpm.file("hash", second)}`)
    assert.deepEqual(await anchor.read(), extended(extended(new Uint8Array(32), first), second))
  })

  test("an index that is no anchor is refused", async (t) => {
    const tpm = await SoftwareTpm.make(t)
    for (const options of [
      `-s 8 -g sha256 -a "nt=counter|authread|authwrite|no_da"`,
      `-s 8 -g sha256 -a "nt=bits|authread|authwrite|no_da"`,
      `-s 32 -g sha256 -a "authread|authwrite|no_da"`,
      `-s 48 -g sha384 -a "nt=extend|authread|authwrite|no_da"`,
      `-s 32 -g sha256 -a "nt=extend|authread|authwrite"`,
      `-s 32 -g sha256 -a "nt=extend|ownerread|ownerwrite|no_da"`,
      `-s 32 -g sha256 -a "nt=extend|authread|authwrite|no_da|orderly"`,
      `-s 32 -g sha256 -a "nt=extend|authread|authwrite|no_da|clear_stclear"`,
    ]) {
      await tpm.tool(`tpm2_nvdefine ${NV} -C o ${options}`)
      await assert.rejects(tpm.open(), { name: "AnchorError", code: "INDEX_UNSUITABLE" }, options)
      await tpm.tool(`tpm2_nvundefine ${NV} -C o`)
    }
  })

  test("an index under a password of its own is refused when it is used", async (t) => {
    const tpm = await SoftwareTpm.make(t)
    await tpm.tool(`${defineCommand(INDEX)} -p secret`)
    const anchor = await tpm.open()
    await assert.rejects(anchor.read(), { code: "TPM_REFUSED" })
    await assert.rejects(anchor.extend(first), { code: "TPM_REFUSED" })
  })

  test("an index that only an impossible policy deletes is taken", async (t) => {
    const tpm = await SoftwareTpm.make(t)
    const policy = await tpm.file("policy", new Uint8Array(32).fill(0xff))
    const attributes = "nt=extend|authread|authwrite|no_da|policydelete|platformcreate"
    await tpm.tool(`tpm2_nvdefine ${NV} -C p -g sha256 -s 32 -L ${policy} -a "${attributes}"`)
    const anchor = await tpm.open()
    await anchor.extend(first)
    assert.deepEqual(await anchor.read(), extended(new Uint8Array(32), first))
    await assert.rejects(tpm.tool(`tpm2_nvundefine ${NV} -C p`))
  })

  test("known limit: whoever owns the TPM rewinds the register to any value whose hashes it kept", async (t) => {
    const tpm = await SoftwareTpm.make(t)
    await tpm.tool(defineCommand(INDEX))
    const anchor = await tpm.open()
    await anchor.extend(first)
    const before = await anchor.read()
    await anchor.extend(second)
    await tpm.tool(`tpm2_nvundefine ${NV} -C o`)
    await assert.rejects(anchor.read(), { code: "INDEX_UNDEFINED" })
    await tpm.tool(defineCommand(INDEX))
    await tpm.tool(`tpm2_nvextend ${NV} -C ${NV} -i ${await tpm.file("hash", first)}`)
    assert.deepEqual(await anchor.read(), before)
  })
})
