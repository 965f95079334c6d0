import assert from "node:assert/strict"
import { test } from "node:test"
import { LogSink } from "./fakes.ts"
import { openLog } from "./log.ts"

test("Of an error its kind, its code and its place are logged, never its message or what else hangs on it", () => {
  const sink = new LogSink()
  const error = Object.assign(new TypeError("message-marker"), { code: "ECODE", rawPacket: "packet-marker" })
  openLog("debug", sink).error({ err: error }, "it failed")
  const line = sink.lines.join("")
  assert.match(line, /TypeError ECODE/)
  assert.match(line, /log\.test\.ts/)
  assert.doesNotMatch(line, /marker/)
})
