/**
 * Does what a document says, from its first line to its last, as a reader would who types all of it: in folders of
 * their own, against a real host. Throws AssertionError where something else comes of it than the document shows.
 */
import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { entriesOf, root, scriptOf, type Block, type Entry } from "./blocks.ts"
import { applyChange } from "./change.ts"
import { copySources } from "./clone.ts"
import { startHost, type RunningHost } from "./hosts.ts"
import { Likeness } from "./likeness.ts"
import { Terminal } from "./terminal.ts"

/** The folder that readers have cloned it into. */
const CLONE = "event-manager"
const MOCK_CONSTRAINT = `S:${"0".repeat(64)} PROD:1 SEC:INSECURE`

export interface Rehearsed {
  /** Command lines that were run. */
  readonly commands: number
  /** Blocks that were not, each with its reason. */
  readonly left: readonly string[]
}

/** Where the document changes sources, in a copy of them. */
export async function rehearse(
  blocks: readonly Block[],
  { changesSources = false }: { readonly changesSources?: boolean } = {},
): Promise<Rehearsed> {
  const stage = new Stage(changesSources)
  try {
    for (const block of blocks) await stage.perform(block)
    return { commands: stage.commands, left: blocks.flatMap(reasonOf) }
  } finally {
    await stage.close()
  }
}

function reasonOf({ path, line, mark }: Block): string[] {
  return mark?.kind === "no-run" ? [`${path}:${line} is not run: ${mark.reason}`] : []
}

class Stage {
  readonly #folder = realpathSync(mkdtempSync(join(tmpdir(), "event-manager-docs-")))
  readonly #clone = join(this.#folder, CLONE)
  readonly #isCopy: boolean
  readonly #terminals = new Map<string, Terminal>()
  readonly #likeness = new Likeness()
  #host: RunningHost | undefined
  #hosts = 0
  commands = 0

  constructor(isCopy: boolean) {
    this.#isCopy = isCopy
    if (isCopy) copySources(this.#clone)
    else symlinkSync(root, this.#clone)
    // Programs beside it find its packages.
    symlinkSync(join(this.#clone, "node_modules"), join(this.#folder, "node_modules"))
    writeFileSync(join(this.#folder, "package.json"), '{"type":"module"}')
  }

  async perform(block: Block): Promise<void> {
    const where = `${block.path}:${block.line}`
    const { mark } = block
    assert.ok(mark !== undefined, `${where} says nothing of how it is run (CONTRIBUTING.md lists the marks)`)
    if (/^(?:sh|console)$/.test(block.language)) requireSyntax(block)
    if (mark.kind === "file") this.#keep(mark.name, block, where)
    if (mark.kind === "host") await this.#startHosts(entriesOf(block), where)
    if (mark.kind !== "run") return
    if (block.language === "ts") await this.#runProgram(block, where)
    else await this.#runEntries(entriesOf(block), mark.status, where)
  }

  async close(): Promise<void> {
    for (const terminal of this.#terminals.values()) terminal.close()
    await this.#host?.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** All succeed but the last, whose status is given. */
  async #runEntries(entries: readonly Entry[], status: number, where: string): Promise<void> {
    for (const [i, { terminal, command, output }] of entries.entries()) {
      const ran = await this.#terminal(terminal).run(this.#meant(command))
      this.commands++
      const expected = i === entries.length - 1 ? status : 0
      assert.equal(ran.status, expected, `${where}: the exit status of ${command}\n${ran.output}`)
      if (output !== undefined) this.#likeness.compare(this.#meant(output), ran.output, `${where}: ${command}`)
    }
  }

  async #runProgram({ text, line }: Block, where: string): Promise<void> {
    const file = `block-${line}.ts`
    this.#write(file, text)
    const ran = await this.#terminal("").run(`node --disable-warning=ExperimentalWarning ${join(this.#folder, file)}`)
    this.commands++
    assert.equal(ran.status, 0, `${where}: ${ran.output}`)
  }

  /** The first stays; the others are started before it, to see that they do. */
  async #startHosts(entries: readonly Entry[], where: string): Promise<void> {
    assert.equal(this.#host, undefined, `${where}: a document has one host`)
    for (const { terminal, command, output } of entries.toReversed()) {
      await this.#host?.close()
      const cwd = (await this.#terminal(terminal).run("pwd")).output.trim()
      const data = join(this.#folder, `data-${this.#hosts++}`)
      this.#host = await startHost(this.#meant(command), { cwd, env: this.#environment(), data })
      this.commands++
      if (output !== undefined) this.#likeness.compare(this.#meant(output), this.#host.output, `${where}: ${command}`)
    }
    const { port = "" } = this.#host ?? {}
    for (const terminal of this.#terminals.values()) {
      await terminal.run(`export EVENT_MANAGER_SERVER=http://localhost:${port}`)
    }
  }

  #terminal(name: string): Terminal {
    const open = this.#terminals.get(name)
    if (open !== undefined) return open
    const terminal = new Terminal(this.#folder, this.#environment())
    this.#terminals.set(name, terminal)
    return terminal
  }

  #environment(): NodeJS.ProcessEnv {
    // With the latter a run of tests within a test runs none, and says that they passed.
    const { XDG_STATE_HOME: _, NODE_TEST_CONTEXT: __, ...environment } = process.env
    return {
      ...environment,
      HOME: this.#folder,
      PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"] ?? ""}`,
      NO_COLOR: "1",
      ...(this.#host === undefined ? {} : { EVENT_MANAGER_SERVER: `http://localhost:${this.#host.port}` }),
    }
  }

  /** A text as it is meant here: this folder, this host's port, this run's fingerprints. */
  #meant(text: string): string {
    const port = this.#host?.port ?? "9999"
    const own = text
      .replaceAll(`/path/to/${CLONE}`, this.#clone)
      .replaceAll("constraint=…", `constraint=${MOCK_CONSTRAINT}`)
      .replaceAll(/(?<=localhost:|127\.0\.0\.1:)9999\b/g, port)
    return this.#likeness.translate(own)
  }

  #keep(name: string, { language, text }: Block, where: string): void {
    const isSource = name.startsWith(`${CLONE}/`)
    assert.ok(!isSource || this.#isCopy, `${where}: sources are changed in a copy alone`)
    if (language !== "diff") this.#write(name, text)
    else this.#write(name, applyChange(readFileSync(join(this.#folder, name), "utf8"), text, where))
  }

  #write(name: string, text: string): void {
    const file = join(this.#folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, this.#meant(text))
  }
}

function requireSyntax(block: Block): void {
  const { status, stderr } = spawnSync("bash", ["-n"], { input: scriptOf(block), encoding: "utf8" })
  assert.equal(status, 0, `${block.path}:${block.line}: ${stderr}`)
}
