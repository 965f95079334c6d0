/*
 * Makes a store and kills itself with SIGKILL after a given number of SQLite's steps in one of its calls:
 * `statements.probe.mts PATH open|append|put|commit STEPS`. Says what it has done, and "survived" where there are fewer.
 */
import { writeSync } from "node:fs"
import { DatabaseSync, StatementSync } from "node:sqlite"
import { sqliteStore } from "./index.ts"
import { appendSamples, putSamples } from "./samples.ts"

let left = Number.POSITIVE_INFINITY

/** A signal to oneself arrives before kill(2) returns. */
function step(): void {
  left -= 1
  if (left === 0) process.kill(process.pid, "SIGKILL")
}

function countSteps(prototype: object, name: string): void {
  const original = Reflect.get(prototype, name)
  Reflect.set(prototype, name, function counted(this: object, ...args: unknown[]): unknown {
    const result: unknown = Reflect.apply(original, this, args)
    step()
    return result
  })
}

function say(line: string): void {
  writeSync(1, `${line}\n`)
}

async function main([path = "", phase, steps]: readonly string[]): Promise<void> {
  countSteps(DatabaseSync.prototype, "exec")
  for (const name of ["get", "run"]) countSteps(StatementSync.prototype, name)
  const enter = (name: string): void => {
    left = name === phase ? Number(steps) : Number.POSITIVE_INFINITY
  }
  enter("open")
  const store = sqliteStore(path)
  enter("prepare")
  await appendSamples(store, 0, 6)
  await putSamples(store, 4, 2)
  await store.commitSnapshot(4, 2)
  await putSamples(store, 5, 3)
  enter("append")
  await appendSamples(store, 6, 7)
  say("appended 6")
  enter("put")
  await putSamples(store, 6, 2)
  say("put 6")
  enter("commit")
  await store.commitSnapshot(6, 2)
  say("committed 6")
  enter("end")
  say("survived")
  await store.close()
}

await main(process.argv.slice(2))
