/** What a scenario came to: on a terminal, and in files. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { duration, short, table } from "./format.ts"
import type { Machine } from "./machine.ts"
import { plot } from "./plot.ts"
import type { Row, Rows } from "./rows.ts"
import type { Scale, Scenario, Verdict } from "./scenario.ts"

/** How it was measured. */
export interface Method {
  readonly scale: Scale
  /** At most; each row says how many there were. */
  readonly runs: number
  readonly seed: number
  readonly machine: Machine
}

export function describe(scenario: Scenario, rows: Rows): string {
  const head = [scenario.unit, "what", "trusts", "runs", "median", "fastest to slowest", "beside ours", "also"]
  const lines = rows.all.map((row) => [
    row.size.toLocaleString("en"),
    row.contender,
    row.trusts,
    String(row.seconds.length),
    duration(row.median),
    `${duration(Math.min(...row.seconds))} to ${duration(Math.max(...row.seconds))}`,
    besideOurs(scenario, rows, row),
    Object.entries(row.figures)
      .map(([figure, value]) => `${figure}: ${short(value)}`)
      .join("; "),
  ])
  const verdicts = scenario.judge(rows).map(({ target, found, isMet }) => [target, found, wordFor(isMet)])
  return [`## ${scenario.title}`, table([head, ...lines]), table([["target", "found", "met"], ...verdicts])].join(
    "\n\n",
  )
}

/** Writes NAME.json and, where there are several sizes to compare, NAME.svg. */
export function write(folder: string, scenario: Scenario, rows: Rows, method: Method): void {
  const { name, title, unit } = scenario
  const verdicts: readonly Verdict[] = scenario.judge(rows)
  mkdirSync(folder, { recursive: true })
  const content = { name, title, unit, ...method, rows: rows.all, verdicts }
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(content, null, 2)}\n`)
  if (new Set(rows.all.map(({ size }) => size)).size > 1) {
    writeFileSync(join(folder, `${name}.svg`), plot(rows.all, { title, unit }))
  }
}

function besideOurs({ contenders: [ours] }: Scenario, rows: Rows, row: Row): string {
  const seconds = rows.seconds(ours.name, row.size)
  return seconds === undefined ? "" : `× ${short(row.median / seconds)}`
}

function wordFor(isMet: boolean | undefined): string {
  if (isMet === undefined) return "-"
  return isMet ? "yes" : "NO"
}
