/*
 * event-client as its users run it: child processes in a folder of their own, against real hosts. EVENT_CLIENT names
 * another client to run than the sources.
 */
import { makeCard, name } from "@event-manager/client"
import { createIdentity, saveCard } from "@event-manager/client/node"
import { startHost, type Host } from "@event-manager/host"
import { strict as assert } from "node:assert"
import { spawn, type ChildProcessByStdio } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer, type RequestListener } from "node:http"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import type { Readable } from "node:stream"
import type { TestContext } from "node:test"

const MAIN = join(import.meta.dirname, "../../user/cli/src/main.ts")

/** Another executable to test in place of the sources, as for the demo's scripts. */
const { EVENT_CLIENT = "" } = process.env
export const OTHER_CLIENT = EVENT_CLIENT === "" ? undefined : resolve(EVENT_CLIENT)

const CLIENT: readonly [string, ...string[]] =
  OTHER_CLIENT === undefined ? [process.execPath, "--disable-warning=ExperimentalWarning", MAIN] : [OTHER_CLIENT]

const ZEROS = "0".repeat(64)

/** The constraint that a mock enclave meets. */
export const MOCK_CONSTRAINT = `S:${ZEROS} PROD:1 SEC:INSECURE`

export interface Ran {
  readonly status: number | null
  readonly out: string
  readonly err: string
  /** The lines of standard output. */
  readonly lines: readonly string[]
}

type Child = ChildProcessByStdio<null, Readable, Readable>

/** A folder with a configuration, identities and cards in it, and the commands run there. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), "event-client-"))
  readonly #children = new Set<Child>()

  /** Removes the folder, and ends what still runs in it, after the test. */
  constructor(t: Pick<TestContext, "after">) {
    t.after(() => {
      for (const child of this.#children) child.kill("SIGKILL")
      rmSync(this.path, { recursive: true, force: true })
    })
  }

  /** Makes identities and their cards here, without a process for each. */
  async addPeople(...names: readonly string[]): Promise<void> {
    for (const each of names.map(name)) {
      const identity = createIdentity(join(this.path, `${each}.identity.pem`), undefined)
      await saveCard(this.path, await makeCard(each, identity))
    }
  }

  configure(server: string, constraint = MOCK_CONSTRAINT): void {
    this.write("EventManagerClient.properties", `constraint=${constraint}\nserver=${server}\n`)
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.path, file), text)
  }

  read(file: string): string {
    return readFileSync(join(this.path, file), "utf8")
  }

  files(): readonly string[] {
    return readdirSync(this.path).toSorted()
  }

  /** Runs a command line to its end, and asserts what holds of every one: a line for a failure, never a stack. */
  async run(...args: readonly string[]): Promise<Ran> {
    return this.start(...args).ended
  }

  /** The object that a command prints with --json. */
  async json(...args: readonly string[]): Promise<Said> {
    const ran = await this.run(...args, "--json")
    return saidIn(ran)
  }

  start(...args: readonly string[]): Running {
    const [command, ...first] = CLIENT
    const child = spawn(command, [...first, ...args], { cwd: this.path, stdio: ["ignore", "pipe", "pipe"] })
    this.#children.add(child)
    child.once("close", () => this.#children.delete(child))
    return new Running(child)
  }
}

/** What every object of --json has, and what else this one has. */
export interface Said extends Readonly<Record<string, unknown>> {
  readonly code: string
  readonly message: string
  readonly advice: readonly { readonly code: string; readonly text: string }[]
  readonly warnings: readonly string[]
  readonly status: number | null
}

function saidIn({ out, err, status }: Ran): Said {
  assert.equal(err, "", "with --json, standard error is silent")
  assert.match(out, /^\{.*\}\n$/, "one line, one object")
  const said = { ...(JSON.parse(out) as Said), status }
  assert.equal(typeof said.code, "string")
  assert.equal(typeof said.message, "string")
  assert.ok(Array.isArray(said.advice) && Array.isArray(said.warnings))
  return said
}

export class Running {
  readonly ended: Promise<Ran>
  readonly #child: Child
  #out = ""
  #err = ""

  constructor(child: Child) {
    this.#child = child
    child.stdout.setEncoding("utf8").on("data", (text: string) => (this.#out += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.#err += text))
    this.ended = once(child, "close").then(([status]) => {
      const ran = { status: status as number | null, out: this.#out, err: this.#err, lines: linesOf(this.#out) }
      assertClean(ran)
      return ran
    })
  }

  /** Resolves once standard output, or standard error, contains `text`. */
  async says(text: string): Promise<void> {
    await this.#until(() => (this.#out + this.#err).includes(text), text)
  }

  async #until(isSaid: () => boolean, text: string): Promise<void> {
    while (!isSaid()) {
      const ended = await Promise.race([this.#more(), this.ended])
      assert.equal(ended, undefined, `it ended without saying '${text}': ${this.#out}${this.#err}`)
    }
  }

  /** What the pattern's first group finds in standard output, once it does. */
  async match(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.#out)?.[1]
      if (found !== undefined) return found
      const ended = await Promise.race([this.#more(), this.ended])
      assert.equal(ended, undefined, `it ended without saying ${pattern}: ${this.#out}${this.#err}`)
    }
  }

  /** Resolves with the first line that contains `text`, once it has ended. */
  async saysLine(text: string): Promise<string> {
    const isWhole = new RegExp(`^.*${RegExp.escape(text)}.*\n`, "m")
    await this.#until(() => isWhole.test(this.#out + this.#err), text)
    return isWhole.exec(this.#out + this.#err)?.[0].trimEnd() ?? ""
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async #more(): Promise<undefined> {
    const stop = new AbortController()
    const { signal } = stop
    try {
      await Promise.race([this.#child.stdout, this.#child.stderr].map((stream) => once(stream, "data", { signal })))
    } finally {
      stop.abort()
    }
  }
}

/** No stack trace, no word of Node's own, and nothing that a terminal acts on. */
function assertClean({ out, err }: Ran): void {
  const said = out + err
  assert.doesNotMatch(said, /^\s+at .+:\d+:\d+\)?$/m, "no stack trace")
  assert.doesNotMatch(said, /^ {4}at /m, "no stack trace")
  assert.doesNotMatch(said, /node:internal|UnhandledPromise|^Node\.js v/m, "no word of Node's own")
  assert.doesNotMatch(
    said,
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/,
    "no control character",
  )
}

export function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n")
}

/** A host in mock mode on a free port, its state in `data` if that is given, closed after the test. */
export async function mockHost(t: Pick<TestContext, "after">, port = 0, data?: string): Promise<Host> {
  const host = await startHost({ enclaveMode: "mock", port, ...(data === undefined ? {} : { data }) })
  t.after(() => host.close())
  return host
}

/** An HTTP server that is no host, closed after the test. Returns its address. */
export async function nonsenseHost(t: Pick<TestContext, "after">, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1")
  await once(server, "listening")
  t.after(() => void server.close().closeAllConnections())
  const address = server.address()
  assert.ok(address !== null && typeof address === "object")
  return `http://127.0.0.1:${address.port}`
}
