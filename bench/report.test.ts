import assert from "node:assert/strict"
import { suite, test } from "node:test"
import { BenchError } from "./benchError.ts"
import { duration, short, table } from "./format.ts"
import { plot } from "./plot.ts"
import { describe } from "./report.ts"
import { requireEqual, rowOf, Rows, type Row } from "./rows.ts"
import { contendersAt, type Contender, type Scenario } from "./scenario.ts"
import { share, timesFaster, timesSlowerAtMost, within } from "./verdicts.ts"

const ours: Contender = { name: "Ours", trusts: "an enclave", program: "ours.ts" }
const peer: Contender = {
  name: "A <peer>",
  trusts: "no one",
  program: "peer.ts",
  isInstalled: true,
  sizeMax: { quick: 10 },
}
const scenario: Scenario = {
  name: "made-up",
  title: "Made up",
  unit: "things",
  sizes: { smoke: [1], quick: [10, 100], usual: [10, 100], long: [10, 100] },
  contenders: [ours, peer],
  judge: (rows) => [timesFaster("twice as fast", rows.seconds("Ours", 10), rows.seconds("A <peer>", 10), 2)],
}
const rows: readonly Row[] = [
  rowOf(ours, 10, [outcome(0.3), outcome(0.1), outcome(0.2)]),
  rowOf(peer, 10, [outcome(1)]),
  rowOf(ours, 100, [outcome(2)]),
]

function outcome(seconds: number, answer = "42") {
  return { seconds, answer, figures: { "p50, ms": seconds * 500 } }
}

suite("rows", () => {
  test("a row holds medians, of the seconds and of every figure", () => {
    assert.equal(rows[0]?.median, 0.2)
    assert.deepEqual(rows[0]?.seconds, [0.3, 0.1, 0.2])
    assert.deepEqual(rows[0]?.figures, { "p50, ms": 100 })
  })

  test("runs that answer differently make no row, and contenders that do no table", () => {
    assert.throws(() => rowOf(ours, 10, [outcome(1), outcome(1, "43")]), /Ours found '42', and Ours found '43'/)
    assert.throws(() => rowOf(ours, 10, []), BenchError)
    const answers = [
      { who: "Ours", answer: "42" },
      { who: "Theirs", answer: "43" },
    ]
    assert.throws(() => requireEqual(answers), /Ours found '42', and Theirs found '43'/)
    assert.throws(() => requireEqual([]), BenchError)
  })

  test("who takes part depends on size and scale; a smoke run needs no packages", () => {
    assert.deepEqual(contendersAt(scenario, "quick", 10), [ours, peer])
    assert.deepEqual(contendersAt(scenario, "quick", 100), [ours])
    assert.deepEqual(contendersAt(scenario, "usual", 100), [ours, peer])
    assert.deepEqual(contendersAt(scenario, "smoke", 1), [ours])
  })
})

suite("verdicts", () => {
  const met = (verdict: { readonly isMet: boolean | undefined }): boolean | undefined => verdict.isMet

  test("faster by at least a factor", () => {
    assert.deepEqual(
      [2, 3].map((factor) => met(timesFaster("", 1, 2, factor))),
      [true, false],
    )
    assert.match(timesFaster("", 0.5, 2, 3).found, /^4 times \(500 ms against 2 s\)$/)
  })

  test("slower by less than a factor", () => {
    assert.deepEqual(
      [10, 11].map((factor) => met(timesSlowerAtMost("", 10, 1, factor))),
      [false, true],
    )
  })

  test("shares and bounds, ends included", () => {
    assert.deepEqual(
      [0.5, 0.51].map((atLeast) => met(share("", 1, 2, { atLeast }))),
      [true, false],
    )
    assert.deepEqual(
      [0.5, 0.49].map((atMost) => met(share("", 1, 2, { atMost }))),
      [true, false],
    )
    assert.deepEqual(
      [3, 2].map((atMost) => met(within("", 3, { atMost }, "s"))),
      [true, false],
    )
  })

  test("what was not measured is neither met nor missed", () => {
    assert.equal(met(timesFaster("", undefined, 1, 1)), undefined)
    assert.equal(met(timesSlowerAtMost("", 1, undefined, 1)), undefined)
    assert.equal(met(share("", 1, undefined, { atLeast: 0 })), undefined)
    assert.equal(met(within("", undefined, { atMost: 1 }, "s")), undefined)
  })
})

suite("what is shown", () => {
  test("figures have three digits, and no exponent", () => {
    const shown = [0, 0.12345, 1.005, 12.34, 999.4, 1_234.5, 1_234_567].map(short)
    assert.deepEqual(shown, ["0", "0.123", "1.01", "12.3", "999", "1,235", "1,234,567"])
    assert.deepEqual([0.0000123, 0.0456, 7.891, 481].map(duration), ["12.3 µs", "45.6 ms", "7.89 s", "481 s"])
  })

  test("a table's columns line up", () => {
    assert.equal(
      table([
        ["a", "bb"],
        ["ccc", "d"],
      ]),
      "| a   | bb |\n|-----|----|\n| ccc | d  |",
    )
  })

  test("a report tells size, trust, number of runs, medians, ratios and verdicts", () => {
    const text = describe(scenario, new Rows(rows))
    assert.match(text, /^## Made up$/m)
    assert.match(
      text,
      /^\| 10 +\| Ours +\| an enclave \| 3 +\| 200 ms \| 100 ms to 300 ms +\| × 1 +\| p50, ms: 100 +\|$/m,
    )
    assert.match(text, /^\| 10 +\| A <peer> \| no one +\| 1 +\| 1 s +\| 1 s to 1 s +\| × 5 /m)
    assert.match(text, /^\| twice as fast \| 5 times \(200 ms against 1 s\) \| yes \|$/m)
  })
})

suite("the plot", () => {
  const svg = plot(rows, { title: "Cost & size", unit: "things" })

  test("has a curve and a name for each contender, and a point for each size", () => {
    assert.equal(svg.match(/<polyline /g)?.length, 2)
    assert.equal(svg.match(/<circle /g)?.length, 3)
    assert.match(svg, />Ours<\/text>/)
  })

  test("names are text, whatever they hold", () => {
    assert.match(svg, />A &lt;peer&gt;<\/text>/)
    assert.match(svg, />Cost &amp; size<\/text>/)
    assert.doesNotMatch(svg, /<peer>/)
  })

  test("larger is further right, and slower is higher", () => {
    const [first, second] = points(svg)[0] ?? []
    assert.ok(first !== undefined && second !== undefined)
    assert.ok(second.x > first.x && second.y < first.y)
  })

  test("equal factors are equal distances", () => {
    const line = plot(
      [1, 10, 100].map((size) => rowOf(ours, size, [outcome(size)])),
      { title: "", unit: "" },
    )
    const [a, b, c] = points(line)[0] ?? []
    assert.ok(a !== undefined && b !== undefined && c !== undefined)
    assert.ok(Math.abs(b.x - a.x - (c.x - b.x)) < 0.2 && Math.abs(b.y - a.y - (c.y - b.y)) < 0.2)
  })

  test("names of curves that end at one point do not cover one another", () => {
    const three = ["a", "b", "c"].map((name) => rowOf({ name, trusts: "" }, 10, [outcome(1)]))
    const heights = [...plot(three, { title: "", unit: "" }).matchAll(/y="([\d.]+)" style="fill/g)].map(([, y]) =>
      Number(y),
    )
    assert.equal(heights.length, 3)
    assert.ok(heights.every((y, at) => at === 0 || y - (heights[at - 1] ?? 0) >= 16))
  })

  test("is well formed with no rows, and with none that took time", () => {
    for (const some of [[], [rowOf(ours, 10, [outcome(0)])]]) {
      assert.doesNotMatch(plot(some, { title: "", unit: "" }), /NaN|Infinity|undefined/)
    }
  })
})

function points(svg: string): { readonly x: number; readonly y: number }[][] {
  return [...svg.matchAll(/points="([^"]*)"/g)].map(([, path = ""]) =>
    path.split(" ").map((point) => {
      const [x, y] = point.split(",").map(Number)
      return { x: x ?? 0, y: y ?? 0 }
    }),
  )
}
