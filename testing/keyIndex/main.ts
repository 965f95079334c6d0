/*
 * npm run key-index -- [--keys N]: the enclave's index with more keys than a JavaScript Map holds (16.7 million), what
 * each takes beside its text, and the longest that anything waited. Exits with 1 where a key is lost, or a limit passed.
 */
import { KeyCursor, PackedKeys, type MatchKey } from "@event-manager/protocol"
import { parseArgs } from "node:util"
import { KeyStore } from "../../trusted/enclave/src/core/keys/keyStore.ts"
import { NONE } from "../../trusted/enclave/src/core/keys/records.ts"

const KEYS_PER_PIECE = 20_000
const KEYS_PER_PAUSE = 64
const KEY_BYTES = 17
const PAUSE_MS_MAX = 100
const BYTES_MAX = 80
const OWNERS = 10
const SERIAL_DIGITS = 14

const { values } = parseArgs({ options: { keys: { type: "string", default: "18000000" } } })
const wanted = Number(values.keys)
const store = new KeyStore(crypto.getRandomValues(new Uint32Array(4)))

const fill = pass(0, wanted, (cursor, hash, n) => {
  if (store.groupOf(cursor, hash) !== undefined) fail(`key ${n} is there before it was added`)
  store.join(store.openGroup(cursor, hash), n % OWNERS, n, NONE)
})
const bytes = store.bytes / wanted - KEY_BYTES
const resident = process.memoryUsage.rss() / wanted - KEY_BYTES
const find = pass(0, wanted, (cursor, hash, n) => {
  const group = store.groupOf(cursor, hash) ?? fail(`key ${n} is lost`)
  if (store.positionOf(store.firstMember(group)) !== n) fail(`key ${n} is another`)
})
pass(wanted, wanted + KEYS_PER_PIECE, (cursor, hash, n) => {
  if (store.groupOf(cursor, hash) !== undefined) fail(`key ${n} was never added`)
})
const retire = pass(0, wanted, (cursor, hash, n) => {
  const group = store.groupOf(cursor, hash) ?? fail(`key ${n} is lost`)
  store.empty(group, n % OWNERS)
  store.closeGroup(group, hash)
})
report("added", fill)
report("found", find)
report("retired", retire)
say(`bytes a key beside its ${KEY_BYTES} of text: ${bytes.toFixed(1)} held, ${resident.toFixed(1)} of the process`)
say(`bytes left in the end: ${store.bytes}`)
if (store.keys > 0) fail("keys are left")
if (bytes > BYTES_MAX) fail(`a key takes more than ${BYTES_MAX} bytes`)
if (Math.max(fill.pauseMs, retire.pauseMs) > PAUSE_MS_MAX) fail(`something waited for more than ${PAUSE_MS_MAX} ms`)

interface Pass {
  readonly keys: number
  readonly microseconds: number
  /** The longest that a few keys took. */
  readonly pauseMs: number
}

/** Does something with each of the keys numbered `from` up to `to`. */
function pass(from: number, to: number, act: (cursor: KeyCursor, hash: number, n: number) => void): Pass {
  let [busyMs, pauseMs] = [0, 0]
  for (let start = from; start < to; start += KEYS_PER_PIECE) {
    const cursor = new KeyCursor(piece(start, Math.min(to, start + KEYS_PER_PIECE)))
    let last = busy()
    for (let n = start; cursor.next(); n++) {
      act(cursor, store.hashOf(cursor), n)
      if (n % KEYS_PER_PAUSE > 0) continue
      const now = busy()
      busyMs += now - last
      pauseMs = Math.max(pauseMs, now - last)
      last = now
    }
  }
  return { keys: to - from, microseconds: (busyMs * 1_000) / (to - from), pauseMs }
}

/** What this thread has taken of a processor, in milliseconds: others that share the machine do not count. */
function busy(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

function piece(from: number, to: number): PackedKeys {
  const keys = Array.from({ length: to - from }, (_, i) => ({ key: keyOf(from + i), message: undefined }))
  return PackedKeys.of(keys)
}

function keyOf(n: number): MatchKey {
  return `WDB${n.toString(36).toUpperCase().padStart(SERIAL_DIGITS, "0")}` as MatchKey
}

function report(what: string, { keys, microseconds, pauseMs }: Pass): void {
  say(
    `${what} ${keys} keys: ${microseconds.toFixed(2)} µs each, at most ${pauseMs.toFixed(1)} ms for ${KEYS_PER_PAUSE}`,
  )
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function fail(what: string): never {
  process.stderr.write(`${what}\n`)
  process.exit(1)
}
