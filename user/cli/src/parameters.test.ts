import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { readKeysMax, readName, readQuorum, readRelease, readTelling, showRelease, showTelling } from "./parameters.ts"

describe("fault 11, 14: a name", () => {
  for (const name of ["A", "a-b_c.d", "..", "-x", "0", "x".repeat(64)]) {
    test(name.slice(0, 20), () => assert.equal(readName(name, "participant"), name))
  }
  for (const name of [
    "",
    " ",
    "a b",
    "a/b",
    "../a",
    "a\\b",
    "a,b",
    "ä",
    "a\n",
    "\u001b[31m",
    "a\u0000",
    "x".repeat(65),
  ]) {
    test(`is not ${JSON.stringify(name).slice(0, 20)}`, () => {
      assert.throws(
        () => readName(name, "participant"),
        (error) => {
          assert.ok(error instanceof Error && error.name === "UsageError")
          assert.match(
            error.message,
            /^'.*' is no participant name: a name has 1 to 64 letters, digits, '\.', '_' or '-'$/,
          )
          return true
        },
      )
    })
  }
})

describe("a quorum", () => {
  for (const quorum of ["0", "1", "007", "4294967295"]) {
    test(quorum, () => assert.equal(readQuorum(quorum), Number(quorum)))
  }
  for (const quorum of ["", "-1", "+1", "1.5", "1e3", "two", "4294967296", "٣", " 1", "99999999999"]) {
    test(`is not ${JSON.stringify(quorum)}`, () => {
      assert.throws(() => readQuorum(quorum), { name: "UsageError", message: /is no quorum: give a whole number/ })
    })
  }
})

describe("a release policy", () => {
  for (const written of ["first", "all", "witnessed:3", "witnessed:0", "witnessed:1024", "witnessed:9999"]) {
    test(written, () => assert.equal(showRelease(readRelease(written)), written))
  }
  test("is 'first' where none is given", () => assert.deepEqual(readRelease(undefined), { kind: "first" }))
  for (const written of [
    "",
    "First",
    " all",
    "witnessed",
    "witnessed:",
    "witnessed:-1",
    "witnessed:+1",
    "witnessed:1.5",
    "witnessed:two",
    "witnessed:99999",
    "witnessed:3 ",
    "witnessed:٣",
    "all,first",
    "\u001b[31m",
  ]) {
    test(`is not ${JSON.stringify(written)}`, () => {
      const usage = { name: "UsageError", message: /is no release policy: give first, all or witnessed:W/ }
      assert.throws(() => readRelease(written), usage)
    })
  }
})

describe("a number of keys", () => {
  for (const written of ["1", "100000", "999999999999"]) {
    test(written, () => assert.equal(readKeysMax(written), Number(written)))
  }
  test("is none where none is given", () => assert.equal(readKeysMax(undefined), undefined))
  for (const written of ["", "0", "01", "-1", "1.5", "1e3", "many", "1000000000000", "٣", " 1"]) {
    test(`is not ${JSON.stringify(written)}`, () => {
      assert.throws(() => readKeysMax(written), { name: "UsageError", message: /is no number of keys/ })
    })
  }
})

describe("what is told of matches", () => {
  for (const written of ["told", "count"]) {
    test(written, () => assert.equal(showTelling(readTelling(written)), written))
  }
  test("is each, where nothing is said", () => assert.equal(readTelling(undefined), "told"))
  for (const written of ["", "Count", "counted", "none", "\u001b[31m"]) {
    test(`is not ${JSON.stringify(written)}`, () => {
      assert.throws(() => readTelling(written), { name: "UsageError", message: /is nothing to tell of matches/ })
    })
  }
})
