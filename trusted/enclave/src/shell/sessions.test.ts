import { limits, SESSION_ID_BYTES } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { test } from "node:test"
import { party } from "../../../../testing/src/world.ts"
import { Sessions } from "./sessions.ts"

function idOf(n: number): Uint8Array {
  const id = new Uint8Array(SESSION_ID_BYTES)
  new DataView(id.buffer).setUint32(0, n)
  return id
}

const keys = (n: number) => ({ party: party(n), toEnclave: new Uint8Array(32), toClient: new Uint8Array(32) })

test("a session is found by its id and by no other", () => {
  const sessions = new Sessions()
  sessions.add(idOf(1), keys(1))
  assert.equal(sessions.get(idOf(1))?.party, party(1))
  assert.equal(sessions.get(idOf(2)), undefined)
})

test("each session has a window of its own", () => {
  const sessions = new Sessions()
  sessions.add(idOf(1), keys(1))
  sessions.add(idOf(2), keys(1))
  sessions.get(idOf(1))?.window.spend(5)
  assert.equal(sessions.get(idOf(2))?.window.isSpent(5), false)
})

test("fault 11: sessions have a limit, and the longest unused makes room", () => {
  const sessions = new Sessions()
  for (let n = 0; n < limits.sessionsMax; n++) sessions.add(idOf(n), keys(n))
  assert.ok(sessions.get(idOf(0)))
  sessions.touch(idOf(0))
  sessions.add(idOf(limits.sessionsMax), keys(1))
  assert.ok(sessions.get(idOf(0)), "used lately")
  assert.equal(sessions.get(idOf(1)), undefined, "longest unused")
  assert.ok(sessions.get(idOf(2)))
  sessions.add(idOf(limits.sessionsMax + 1), keys(1))
  assert.equal(sessions.get(idOf(2)), undefined)
})

test("touching what is not there adds nothing", () => {
  const sessions = new Sessions()
  sessions.touch(idOf(1))
  assert.equal(sessions.get(idOf(1)), undefined)
})
