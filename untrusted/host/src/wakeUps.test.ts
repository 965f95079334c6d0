import assert from "node:assert/strict"
import { PassThrough, type Readable } from "node:stream"
import { test } from "node:test"
import { ManualClock } from "./fakes.ts"
import { WakeUps } from "./wakeUps.ts"

function open(listenersMax = 10) {
  const clock = new ManualClock()
  const count = { told: 0 }
  const wakeUps = new WakeUps(clock, listenersMax, () => (count.told += 1))
  return { clock, count, wakeUps }
}

function listen(wakeUps: WakeUps): Readable {
  const stream = wakeUps.listen()
  assert(stream !== undefined)
  read(stream)
  return stream
}

function read(stream: Readable): string {
  const chunk: unknown = stream.read()
  return chunk === null ? "" : String(chunk)
}

test("The first change is told at once", () => {
  const { wakeUps } = open()
  const stream = listen(wakeUps)
  wakeUps.changed()
  assert.equal(read(stream), "data: changed\n\n")
})

test("Changes within a second are told once, at its end", () => {
  const { clock, wakeUps } = open()
  const stream = listen(wakeUps)
  wakeUps.changed()
  read(stream)
  for (let i = 0; i < 9; i++) {
    clock.pass(100)
    wakeUps.changed()
  }
  clock.pass(99)
  assert.equal(read(stream), "", "before the second has passed")
  clock.pass(1)
  assert.equal(read(stream), "data: changed\n\n")
  clock.pass(5_000)
  assert.equal(read(stream), "", "what was told is not told again")
})

test("A change at every millisecond of a minute makes at most sixty-one wake-ups, a second apart", () => {
  const { clock, count, wakeUps } = open()
  for (let ms = 0; ms < 60_000; ms++) {
    wakeUps.changed()
    clock.pass(1)
  }
  assert.equal(count.told, 61)
})

test("Wake-ups are the host's, not a listener's: who comes second hears the next one", () => {
  const { clock, wakeUps } = open()
  wakeUps.changed()
  const late = listen(wakeUps)
  wakeUps.changed()
  assert.equal(read(late), "")
  clock.pass(1_000)
  assert.equal(read(late), "data: changed\n\n")
})

test("No more listeners than the bound, and room again when one goes", async () => {
  const { wakeUps } = open(2)
  const first = listen(wakeUps)
  listen(wakeUps)
  assert.equal(wakeUps.listen(), undefined)
  const gone = new Promise((resolve) => first.once("close", resolve))
  first.destroy()
  await gone
  assert.equal(wakeUps.listeners, 1)
  listen(wakeUps)
})

test("A heartbeat is a comment, goes on while anybody listens, and stops when nobody does", async () => {
  const { clock, wakeUps } = open()
  const stream = listen(wakeUps)
  clock.pass(15_000)
  assert.equal(read(stream), ":\n\n")
  clock.pass(15_000)
  assert.equal(read(stream), ":\n\n")
  const gone = new Promise((resolve) => stream.once("close", resolve))
  stream.destroy()
  await gone
  assert.equal(clock.timers, 0)
})

test("Who does not read is kept no more than a buffer of words", () => {
  const { clock, wakeUps } = open()
  const stream = listen(wakeUps)
  for (let second = 0; second < 100_000; second++) {
    wakeUps.changed()
    clock.pass(1_000)
  }
  assert(stream instanceof PassThrough)
  const kept = stream.readableLength + stream.writableLength
  assert(kept < 200_000, `${kept} bytes kept`)
})

test("Closing ends every stream and leaves no timer", async () => {
  const { clock, wakeUps } = open()
  const stream = listen(wakeUps)
  wakeUps.changed()
  wakeUps.changed()
  const ended = new Promise((resolve) => stream.once("end", resolve))
  wakeUps.close()
  stream.resume()
  await ended
  assert.equal(clock.timers, 0)
})
