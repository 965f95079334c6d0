import { strict as assert } from "node:assert"
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, test } from "node:test"
import { takeLock } from "./lock.ts"

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
      spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script])
      assert.ok(!existsSync(path), end)
    }
  })
})

/** Starts a process that tries to take the lock, says whether it did, and holds it until its input ends. */
function contender(): { said: Promise<string>; end: () => Promise<unknown> } {
  const script = `
    import { takeLock } from ${JSON.stringify(join(import.meta.dirname, "lock.ts"))}
    process.stdin.once("data", () => {
      try {
        takeLock(${JSON.stringify(path)}, "ALICE")
        console.log("taken")
      } catch (error) {
        console.log(error.code)
      }
    })
    console.log("ready")`
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script]
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] })
  const lines = child.stdout.setEncoding("utf8")
  const said = once(lines, "data").then(async () => {
    child.stdin.write("go\n")
    return String((await once(lines, "data"))[0]).trim()
  })
  return {
    said,
    end() {
      child.stdin.end()
      return once(child, "close")
    },
  }
}

describe("fault 14: of several processes that race for it", () => {
  for (const [what, left] of [
    ["a free lock", undefined],
    ["a stale lock", deadPid()],
  ] as const) {
    test(`one takes ${what}, and the others are refused`, async () => {
      if (left !== undefined) writeFileSync(path, `${left}`)
      const contenders = Array.from({ length: 6 }, contender)
      const said = await Promise.all(contenders.map((each) => each.said))
      assert.deepEqual(said.toSorted(), [...Array.from({ length: 5 }, () => "IDENTITY_IN_USE"), "taken"])
      await Promise.all(contenders.map((each) => each.end()))
      assert.deepEqual(readdirSync(folder), [])
    })
  }
})
