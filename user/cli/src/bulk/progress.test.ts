import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { Voice } from "../report.ts"
import { openProgress, type Progress } from "./progress.ts"

/** A progress whose clock is set by hand, and what it says. */
function progress(isTerminal: boolean, isJson = false): { said: string[]; at: (ms: number) => Progress } {
  const said: string[] = []
  let now = 1_000
  const voice = new Voice(
    { out: () => assert.fail("nothing goes to standard output"), err: (text) => said.push(text) },
    isJson,
  )
  const shown = openProgress(voice, isTerminal, () => now)
  return {
    said,
    at(ms) {
      now = 1_000 + ms
      return shown
    },
  }
}

describe("progress", () => {
  test("is a line every few seconds where nobody watches, with rate and time left", () => {
    const { said, at } = progress(false)
    at(1_000).show({ keys: 1_000, share: 0 })
    at(4_999).show({ keys: 5_000, share: 0.2 })
    assert.deepEqual(said, [])
    at(5_000).show({ keys: 5_000, share: 0.25 })
    at(9_000).show({ keys: 6_000, share: 0.3 })
    at(10_000).show({ keys: 10_000, share: 0.5 })
    assert.deepEqual(said, [
      "event-client: 25 %, 5000 keys, 1000 keys/s, 0:15 left\n",
      "event-client: 50 %, 10000 keys, 1000 keys/s, 0:10 left\n",
    ])
  })

  test("counts the time left from where this run began", () => {
    const { said, at } = progress(false)
    at(0).show({ keys: 0, share: 0.9 })
    at(100_000).show({ keys: 100, share: 0.91 })
    assert.deepEqual(said, ["event-client: 91 %, 100 keys, 1 keys/s, 15:00 left\n"])
  })

  test("says hours where there are any, and no time left where nobody knows it", () => {
    const { said, at } = progress(false)
    at(0).show({ keys: 0, share: 0 })
    at(100_000).show({ keys: 100, share: 0.02 })
    at(200_000).show({ keys: 200, share: undefined })
    assert.deepEqual(said, [
      "event-client: 2 %, 100 keys, 1 keys/s, 1:21:40 left\n",
      "event-client: 200 keys, 1 keys/s\n",
    ])
  })

  test("is a bar on a terminal, drawn in place, and not too often; it makes way", () => {
    const { said, at } = progress(true)
    at(1_000).show({ keys: 1_000, share: 0 })
    at(1_050).show({ keys: 1_100, share: 0.01 })
    at(2_000).show({ keys: 2_000, share: 0.5 })
    at(2_000).clear()
    at(2_000).clear()
    assert.deepEqual(said, [
      "\r\u001b[K[------------------------] 0 %, 1000 keys, 1000 keys/s",
      "\r\u001b[K[############------------] 50 %, 2000 keys, 1000 keys/s, 0:02 left",
      "\r\u001b[K",
    ])
  })

  test("is nothing for a script", () => {
    const { said, at } = progress(true, true)
    at(9_000).show({ keys: 1_000, share: 0.5 })
    at(9_000).clear()
    assert.deepEqual(said, [])
  })
})
