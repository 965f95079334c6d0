import { MatchWriter, name, type Match } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { test } from "node:test"
import { party } from "../../../../testing/src/world.ts"
import { Inbox, type Told, type Written } from "./inbox.ts"

const KEY = new TextEncoder().encode("K")
const ROOM_MANY = 2_000

/** What a computation has told, each submission being its position; a test can make some of them go. */
class Teller implements Told {
  length = 0
  readonly gone = new Set<number>()
  readonly #computation: string

  constructor(computation: string) {
    this.#computation = computation
  }

  write(writer: MatchWriter, from: number, to: number): Written {
    let [end, count] = [from, 0]
    writer.computation(name(this.#computation))
    for (let position = from; position < to; position++) {
      if (this.gone.has(position)) continue
      writer.key(KEY, 0, KEY.length)
      if (!writer.add(0, position, undefined, 0, 0)) return { end, count, isFull: true }
      end = position + 1
      count += 1
    }
    return { end, count, isFull: false }
  }
}

function tell(inbox: Inbox, teller: Teller, count: number): void {
  teller.length += count
  inbox.add(teller, count)
}

/** Bytes for so many matches of one computation with a name of one letter. */
function room(matches: number): number {
  return 5 + matches * 13
}

function read(inbox: Inbox, after: number, bytesMax = ROOM_MANY): { matches: readonly Match[]; next: number } {
  const writer = new MatchWriter(bytesMax)
  const next = inbox.read(after, writer)
  return { matches: [...writer.finish().matches(() => [party(1)])], next }
}

function positions(found: { matches: readonly Match[] }): string[] {
  return found.matches.map((each) => `${each.computation}${each.position}`)
}

test("an inbox is read in pages from any number on", () => {
  const inbox = new Inbox()
  const [a, b] = [new Teller("A"), new Teller("B")]
  tell(inbox, a, 3)
  tell(inbox, b, 2)
  assert.deepEqual(positions(read(inbox, 0, room(2))), ["A0", "A1"])
  assert.deepEqual(positions(read(inbox, 2, room(1) + room(1))), ["A2", "B0"])
  assert.equal(read(inbox, 2, room(1) + room(1)).next, 4)
  assert.deepEqual(read(inbox, 5), { matches: [], next: 5 })
  assert.deepEqual(read(inbox, Number.MAX_SAFE_INTEGER), { matches: [], next: Number.MAX_SAFE_INTEGER })
  assert.deepEqual(positions(read(inbox, 4)), ["B1"])
  tell(inbox, a, 1)
  assert.deepEqual(positions(read(inbox, 0)), ["A0", "A1", "A2", "B0", "B1", "A3"])
})

test("what is forgotten leaves a gap that reading goes over", () => {
  const inbox = new Inbox()
  const [a, b, c] = [new Teller("A"), new Teller("B"), new Teller("C")]
  for (const each of [a, b, a, b]) tell(inbox, each, 2)
  assert.equal(inbox.forget(a), 4)
  assert.equal(inbox.size, 4)
  assert.equal(read(inbox, 0, room(1)).next, 3)
  assert.deepEqual(positions(read(inbox, 3)), ["B1", "B2", "B3"])
  assert.equal(read(inbox, 3).next, 8)
  assert.equal(inbox.forget(a), 0)
  tell(inbox, c, 1)
  assert.equal(read(inbox, 8, room(1)).next, 9)
})

test("what has gone is gone over too, and the number to go on from is that of what was read", () => {
  const inbox = new Inbox()
  const a = new Teller("A")
  tell(inbox, a, 5)
  a.gone.add(0).add(3).add(4)
  assert.deepEqual(positions(read(inbox, 0)), ["A1", "A2"])
  assert.equal(read(inbox, 0).next, 3)
  assert.deepEqual(read(inbox, 3), { matches: [], next: 3 })
  tell(inbox, a, 1)
  assert.deepEqual([positions(read(inbox, 3)), read(inbox, 3).next], [["A5"], 6])
})

test("numbers go on where those of a forgotten inbox ended", () => {
  const inbox = new Inbox(1_000)
  const a = new Teller("A")
  tell(inbox, a, 2)
  assert.deepEqual([positions(read(inbox, 0)), read(inbox, 0).next], [["A0", "A1"], 1_002])
})
