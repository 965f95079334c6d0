import { strict as assert } from "node:assert"
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { afterEach, beforeEach, describe, test } from "node:test"
import { takeLock } from "./lock.ts"

const OPTIONS = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e"]

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"))
  path = join(folder, "ALICE.lock")
})
afterEach(() => rmSync(folder, { recursive: true }))

const inUse = { name: "UserError", code: "IDENTITY_IN_USE" }

/** The id of a process that is gone. */
function deadPid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid
}

describe("fault 14: a lock", () => {
  test("is held until it is released, and names its holder", () => {
    const lock = takeLock(path, "ALICE")
    assert.equal(readFileSync(path, "utf8"), `${process.pid}`)
    assert.throws(() => takeLock(path, "ALICE"), {
      ...inUse,
      message: `ALICE is in use by another event-client (process ${process.pid}); wait until it has finished; if process ${process.pid} is no event-client, remove ${path}`,
    })
    lock.release()
    assert.deepEqual(readdirSync(folder), [])
    takeLock(path, "ALICE").release()
  })

  test("once released, is not taken away from its next holder by a second release", () => {
    const first = takeLock(path, "ALICE")
    first.release()
    const second = takeLock(path, "ALICE")
    first.release()
    assert.ok(existsSync(path))
    second.release()
    assert.equal(process.listenerCount("exit", second.release), 0)
  })

  test("of another living process is respected", () => {
    writeFileSync(path, `${process.ppid}`)
    assert.throws(() => takeLock(path, "ALICE"), inUse)
    assert.equal(readFileSync(path, "utf8"), `${process.ppid}`)
  })

  test("of a process that is gone, or of none, is taken over", () => {
    for (const stale of [`${deadPid()}`, "", "0", "-1"]) {
      writeFileSync(path, stale)
      const lock = takeLock(path, "ALICE")
      assert.equal(readFileSync(path, "utf8"), `${process.pid}`)
      assert.deepEqual(readdirSync(folder), ["ALICE.lock"])
      lock.release()
    }
  })

  test("of a process that is gone is left to the client that is taking it over", () => {
    const pid = deadPid()
    writeFileSync(path, `${pid}`)
    writeFileSync(`${path}.${pid}`, `${process.ppid}`)
    assert.throws(() => takeLock(path, "ALICE"), inUse)
    assert.deepEqual(
      [path, `${path}.${pid}`].map((each) => readFileSync(each, "utf8")),
      [`${pid}`, `${process.ppid}`],
    )
  })

  test("that is no lock is refused, and left as it is", () => {
    writeFileSync(path, "x".repeat(1_000))
    assert.throws(() => takeLock(path, "ALICE"), { code: "FILE_UNREADABLE" })
    assert.equal(readFileSync(path, "utf8").length, 1_000)
  })

  test("in a folder that is not there is an error, not a lock", () => {
    assert.throws(() => takeLock(join(folder, "missing", "lock"), "ALICE"), { code: "FILE_UNWRITABLE" })
  })

  test("goes with its process, however that ends of itself", () => {
    const lock = join(import.meta.dirname, "lock.ts")
    for (const end of ["", "process.exit(3)", "throw new Error()"]) {
      const script = `import { takeLock } from ${JSON.stringify(lock)}\ntakeLock(${JSON.stringify(path)}, "A")\n${end}`
      spawnSync(process.execPath, [...OPTIONS, script])
      assert.ok(!existsSync(path), end)
    }
  })
})

const CONTENDERS = 6
const ROUNDS = 60

/** A process that, told "go", tries to take the lock and says how that went, and, told "end", lets go of it. */
class Contender {
  readonly #child = spawn(process.execPath, [...OPTIONS, contending(path)], { stdio: ["pipe", "pipe", "inherit"] })
  readonly #said = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()

  async tell(word: "go" | "end"): Promise<string> {
    this.#child.stdin.write(`${word}\n`)
    return String((await this.#said.next()).value)
  }

  async close(): Promise<void> {
    this.#child.stdin.end()
    await once(this.#child, "close")
  }
}

function contending(file: string): string {
  return `
    import { createInterface } from "node:readline"
    import { takeLock } from ${JSON.stringify(join(import.meta.dirname, "lock.ts"))}
    let lock
    createInterface({ input: process.stdin }).on("line", (word) => {
      try {
        if (word === "go") lock = takeLock(${JSON.stringify(file)}, "ALICE")
        else lock = lock?.release()
        console.log("taken")
      } catch (error) {
        console.log(error.code)
      }
    })`
}

describe("fault 14: of several processes that race for it", () => {
  const dead = deadPid()
  for (const [what, left] of [
    ["a free lock", undefined],
    ["a stale lock", dead],
  ] as const) {
    test(`one takes ${what}, and the others are refused, time and again`, async () => {
      const contenders = Array.from({ length: CONTENDERS }, () => new Contender())
      const all = (word: "go" | "end"): Promise<string[]> => Promise.all(contenders.map((each) => each.tell(word)))
      try {
        for (let round = 0; round < ROUNDS; round++) {
          if (left !== undefined) writeFileSync(path, `${left}`)
          const said = await all("go")
          assert.deepEqual(said.toSorted(), [
            ...Array.from({ length: CONTENDERS - 1 }, () => "IDENTITY_IN_USE"),
            "taken",
          ])
          await all("end")
          assert.deepEqual(readdirSync(folder), [])
        }
      } finally {
        await Promise.all(contenders.map((each) => each.close()))
      }
    })
  }
})
