import type { PartyKey, ResultAnswer } from "@event-manager/protocol"
import fc from "fast-check"
import { strict as assert } from "node:assert"
import { describe, test } from "node:test"
import { decimalTextArb } from "../../../../../testing/src/arbitraries.ts"
import { fuzz } from "../../../../../testing/src/fuzz.ts"
import { compare, mean, rational, written } from "../../../../../testing/src/rational.ts"
import { ALICE, answerIn, BOB, CHARLEY, DENISE, number, party, World } from "../../../../../testing/src/world.ts"

type Submitted = readonly (readonly [PartyKey, string])[]
const all = [DENISE, ALICE, CHARLEY, BOB]

function answerOf(
  type: "avg" | "min" | "max",
  submitted: Submitted,
  participants: readonly PartyKey[] = all,
): ResultAnswer {
  const world = new World()
  world.create("It", { type, participants, quorum: 1 })
  for (const [by, value] of submitted) world.submit(by, "It", number(value))
  return answerIn(world.result(participants[0] ?? ALICE, "It"))
}

function parties(...named: PartyKey[]): ResultAnswer {
  return { kind: "parties", parties: named }
}

describe("avg", () => {
  const cases: readonly [string[], string][] = [
    [["20", "40", "100", "20"], "45"],
    [["1", "2"], "1.5"],
    [["-1", "1"], "0"],
    [["-0", "-0.0"], "0"],
    [["1", "1", "2"], "1.333333333333"],
    [["-1", "-1", "0"], "-0.666666666667"],
    [["0.000000000001", "0"], "0"],
    [["0.000000000001", "0.000000000002"], "0.000000000002"],
    [["9".repeat(30), "9".repeat(30)], "9".repeat(30)],
    [["2147483647", "2147483647", "2147483647"], "2147483647"],
  ]
  for (const [values, value] of cases) {
    test(`of ${values.join(", ")} is ${value}`, () => {
      assert.deepEqual(
        answerOf(
          "avg",
          values.map((each, i) => [all[i] ?? ALICE, each]),
        ),
        { kind: "number", value },
      )
    })
  }
})

describe("fault 10: min and max name everyone who ties, in participant order, not in the order of submission", () => {
  const submitted: Submitted = [
    [ALICE, "5.0"],
    [BOB, "5"],
    [CHARLEY, "-7"],
    [DENISE, "-7.00"],
  ]
  test("the highest", () => assert.deepEqual(answerOf("max", submitted), parties(ALICE, BOB)))
  test("the lowest", () => assert.deepEqual(answerOf("min", submitted), parties(DENISE, CHARLEY)))
  test("everyone", () => {
    assert.deepEqual(
      answerOf("min", [
        [BOB, "0"],
        [DENISE, "-0"],
        [ALICE, "0.0"],
      ]),
      parties(DENISE, ALICE, BOB),
    )
  })
  test("numbers beyond 2^53 and 32 bits are told apart", () => {
    const close: Submitted = [
      [ALICE, "9007199254740993"],
      [BOB, "9007199254740992"],
      [CHARLEY, "9007199254740992.5"],
    ]
    assert.deepEqual(answerOf("max", close), parties(ALICE))
    assert.deepEqual(answerOf("min", close), parties(BOB))
  })
})

const submittedArb = fc.array(fc.tuple(fc.nat(4), fc.oneof(decimalTextArb, fc.constantFrom("1", "1.0", "-1", "0"))), {
  minLength: 1,
  maxLength: 12,
})
const five = [3, 1, 4, 2, 0].map(party)

test("fault 2: only the latest number of each counts, however the parties' submissions are interleaved", (t) => {
  const property = fc.property(submittedArb, fc.infiniteStream(fc.nat(4)), (raw, choices) => {
    const submitted: Submitted = raw.map(([by, value]) => [party(by), value])
    const other = interleave(submitted, choices)
    for (const type of ["avg", "min", "max"] as const) {
      assert.deepEqual(answerOf(type, other, five), answerOf(type, submitted, five))
      assert.deepEqual(answerOf(type, [...latestOf(submitted)], five), answerOf(type, submitted, five))
    }
  })
  fc.assert(property, fuzz(t, 200))
})

test("avg, min and max agree with exact fractions", (t) => {
  const property = fc.property(submittedArb, (raw) => {
    const submitted: Submitted = raw.map(([by, value]) => [party(by), value])
    const latest = latestOf(submitted)
    const exact = [...latest.values()].map(rational)
    assert.deepEqual(answerOf("avg", submitted, five), { kind: "number", value: written(mean(exact), 12) })
    for (const [type, sign] of [
      ["min", -1],
      ["max", 1],
    ] as const) {
      const best = five.filter((each) => {
        const own = latest.get(each)
        return own !== undefined && exact.every((other) => compare(rational(own), other) * sign >= 0)
      })
      assert.deepEqual(answerOf(type, submitted, five), parties(...best))
    }
  })
  fc.assert(property, fuzz(t, 300))
})

function latestOf(submitted: Submitted): Map<PartyKey, string> {
  return new Map(submitted)
}

/** The same submissions in another order, each party's own in their own order. */
function interleave(submitted: Submitted, choices: Iterator<number>): Submitted {
  const queues = five.map((each) => submitted.filter(([by]) => by === each))
  const mixed: (readonly [PartyKey, string])[] = []
  while (mixed.length < submitted.length) {
    const start = choices.next().value ?? 0
    const queue = queues.map((_, i) => queues[(start + i) % queues.length]).find((each) => each?.length)
    const next = queue?.shift()
    if (next !== undefined) mixed.push(next)
  }
  return mixed
}
