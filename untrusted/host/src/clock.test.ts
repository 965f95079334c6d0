import assert from "node:assert/strict"
import { mock, test } from "node:test"
import { systemClock, within } from "./clock.ts"
import { ManualClock } from "./fakes.ts"

test("What comes in time is what is answered, and its timer is gone", async () => {
  const clock = new ManualClock()
  assert.equal(await within(clock, 10, Promise.resolve("answer"), () => "late"), "answer")
  assert.equal(clock.timers, 0)
})

test("What does not come in time is replaced, or refused", async () => {
  const clock = new ManualClock()
  const never = new Promise<string>(() => {})
  const replaced = within(clock, 10, never, () => "late")
  const refused = within(clock, 10, never, () => {
    throw new RangeError("late")
  })
  clock.pass(10)
  assert.equal(await replaced, "late")
  await assert.rejects(refused, RangeError)
})

test("The system's clock runs what is due, unless it is cancelled", () => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const ran: string[] = []
  systemClock.after(10, () => ran.push("kept"))
  systemClock.after(10, () => ran.push("cancelled"))()
  mock.timers.tick(10)
  mock.timers.reset()
  assert.deepEqual(ran, ["kept"])
})
