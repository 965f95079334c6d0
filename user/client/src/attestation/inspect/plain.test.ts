import { strict as assert } from "node:assert"
import { test } from "node:test"
import { dated } from "./plain.ts"

test("whatever number of seconds evidence gives, it can be shown", () => {
  assert.equal(dated(undefined), undefined)
  assert.equal(dated(0), "1970-01-01T00:00:00.000Z")
  assert.equal(dated(8_640_000_000_000), "+275760-09-13T00:00:00.000Z")
  assert.equal(dated(8_640_000_000_001), "8640000000001 seconds after 1970")
  assert.equal(dated(Number.MAX_SAFE_INTEGER), "9007199254740991 seconds after 1970")
})
