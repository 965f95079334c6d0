/*
 * Opens a store and writes samples to it, for ever: `writer.probe.mts ENGINE PATH append|snapshot|hold`. Each line is
 * written before the next call is made, and without waiting in this process.
 */
import { writeSync } from "node:fs"
import { engines, storageEngines, StoreError, type ClosableStore } from "./index.ts"
import { allRecords, appendSamples, putSamples, sampleRecord } from "./samples.ts"

const RECORDS_PER_SNAPSHOT = 60
const PARTS = 3

const work = {
  append: appendForEver,
  snapshot: snapshotForEver,
  hold: holdForEver,
} satisfies Record<string, (store: ClosableStore) => Promise<void>>

function say(line: string): void {
  writeSync(1, `${line}\n`)
}

async function appendForEver(store: ClosableStore): Promise<void> {
  for (let index = await nextIndex(store); ; index++) {
    await store.append(index, sampleRecord(index))
    say(`appended ${index}`)
  }
}

async function snapshotForEver(store: ClosableStore): Promise<void> {
  for (let index = await nextIndex(store); ; index += RECORDS_PER_SNAPSHOT) {
    const end = index + RECORDS_PER_SNAPSHOT
    const upTo = end - 5
    await appendSamples(store, index, end)
    say(`appended ${end - 1}`)
    await putSamples(store, upTo, PARTS)
    say(`committing ${upTo}`)
    await store.commitSnapshot(upTo, PARTS)
    say(`committed ${upTo}`)
  }
}

async function holdForEver(): Promise<void> {
  process.stdin.resume()
}

async function nextIndex(store: ClosableStore): Promise<number> {
  const last = (await allRecords(store)).at(-1)?.index
  return last === undefined ? ((await store.snapshot())?.upTo ?? 0) : last + 1
}

async function tried(word: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    say(`${word} ${error.code}`)
    process.exitCode = 1
  }
}

async function main([engineName, path = "", workName]: readonly string[]): Promise<void> {
  const engine = storageEngines.find((name) => name === engineName)
  if (engine === undefined || !(workName === "append" || workName === "snapshot" || workName === "hold"))
    throw new TypeError("ENGINE PATH append|snapshot|hold")
  await tried("failed", async () => {
    const store = await engines[engine].open(path)
    say("open")
    await tried("failed", () => work[workName](store))
    if (process.exitCode === 1) await tried("and again", () => appendForEver(store))
  })
}

await main(process.argv.slice(2))
