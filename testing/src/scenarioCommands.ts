/*
 * event-client within this process, in a folder of its own, against a host that writes down what it sees. Where
 * EVENT_CLIENT names another client, that one runs in this folder.
 */
import { mockPlatform } from "@event-manager/enclave"
import { startHost, type Host } from "@event-manager/host"
import type { EnclaveCrossing } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { run } from "../../user/cli/src/run.ts"
import { linesOf, MOCK_CONSTRAINT, OTHER_CLIENT, type Said } from "./cliHarness.ts"
import { openTestEnclave } from "./testEnclave.ts"

interface Ran {
  readonly status: number
  readonly lines: readonly string[]
  readonly err: string
}

/** A command line: its words, or their text where none has a space in it. */
type Line = string | readonly string[]

export class Commands {
  /** What the host sees of each frame that it relays: kind, size, and whether anything changed. */
  readonly transcript: string[]
  #host: Host
  #other: ChildProcess | undefined
  readonly #home = process.cwd()
  readonly #folder = mkdtempSync(join(tmpdir(), "event-client-"))

  private constructor(host: Host, transcript: string[]) {
    this.#host = host
    this.transcript = transcript
  }

  /**
   * Starts a host, and makes a fresh folder this process's own, until the end. With `data`, a folder that the host keeps
   * its state in; nothing is written down then.
   */
  static async begin(data?: string): Promise<Commands> {
    const transcript: string[] = []
    const mock = { enclaveMode: "mock", port: 0 } as const
    const host = await startHost(
      data === undefined ? { ...mock, crossing: await recording(transcript) } : { ...mock, data },
    )
    const commands = new Commands(host, transcript)
    process.chdir(commands.#folder)
    writeFileSync("EventManagerClient.properties", `constraint=${MOCK_CONSTRAINT}\nserver=${host.url}\n`)
    return commands
  }

  async end(): Promise<void> {
    process.chdir(this.#home)
    rmSync(this.#folder, { recursive: true })
    await this.#host.close()
  }

  /** Stops the host, and starts it at its address on the state in this folder. */
  async restart(data: string, whileStopped = (): void => {}): Promise<void> {
    await this.#host.close()
    whileStopped()
    this.#host = await startHost({ enclaveMode: "mock", port: Number(new URL(this.#host.url).port), data })
  }

  /** The object that a command prints with --json. */
  async json(line: string): Promise<Said> {
    const { status, lines, err } = await this.does(`${line} --json`)
    assert.deepEqual([lines.length, err], [1, ""], "one line, and standard error is silent")
    return { ...(JSON.parse(lines[0] ?? "") as Said), status }
  }

  async does(line: Line): Promise<Ran> {
    let [out, err] = ["", ""]
    const streams = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) }
    const words = typeof line === "string" ? line.split(" ") : line
    if (OTHER_CLIENT !== undefined) return this.#runOther(OTHER_CLIENT, words)
    const status = await run(words, streams)
    return { status, lines: linesOf(out), err }
  }

  /** Ctrl-C, to the command that runs. */
  interrupt(): void {
    if (this.#other === undefined) process.emit("SIGINT")
    else this.#other.kill("SIGINT")
  }

  /** Runs what must succeed. Returns its lines. */
  async ok(line: Line): Promise<readonly string[]> {
    const { status, lines, err } = await this.does(line)
    assert.equal(status, 0, `${String(line)}: ${err}${lines.join()}`)
    return lines
  }

  /** Runs what must fail with one line on standard error, beside warnings and advice, that starts so. */
  async fails(line: Line, status: number, start: string): Promise<void> {
    const ran = await this.does(line)
    assert.equal(ran.status, status, ran.err)
    const said = linesOf(ran.err).filter((each) => !/^event-client: (warning|please note): /.test(each))
    assert.equal(said.length, 1, ran.err)
    assert.ok(said[0]?.startsWith(`event-client: ${start}`), ran.err)
  }

  /** A client that is a program of its own, in this process's folder. */
  async #runOther(client: string, words: readonly string[]): Promise<Ran> {
    const child = spawn(client, words, { stdio: ["ignore", "pipe", "pipe"] })
    this.#other = child
    const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")])
    this.#other = undefined
    return { status: Number(status), lines: linesOf(out), err }
  }

  async people(...names: readonly string[]): Promise<void> {
    for (const name of names) await this.ok([name, "share-identity"])
  }
}

async function recording(transcript: string[]): Promise<EnclaveCrossing> {
  const enclave = await openTestEnclave({ platform: mockPlatform })
  return {
    evidence() {
      transcript.push("evidence")
      return enclave.evidence()
    },
    async deliver(frame) {
      const delivery = await enclave.deliver(frame)
      const { reply, changed } = delivery
      transcript.push(`${frame[1]} ${frame.length} -> ${reply[1]} ${reply.length} ${changed}`)
      return delivery
    },
    close: () => enclave.close(),
  }
}
