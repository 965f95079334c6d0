/** Figures and tables for people. */

const DIGITS = 3
const precise = new Intl.NumberFormat("en", { maximumSignificantDigits: DIGITS })
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 })

/** A number to three digits, or where it has more before the point, to the nearest whole one. */
export function short(value: number): string {
  return (Math.abs(value) < 10 ** DIGITS ? precise : whole).format(value)
}

/** Seconds, in the unit that suits them. */
export function duration(seconds: number): string {
  if (seconds < 1e-3) return `${short(seconds * 1e6)} µs`
  return seconds < 1 ? `${short(seconds * 1e3)} ms` : `${short(seconds)} s`
}

/** A table in Markdown whose columns line up, the first row being its head. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width)).join(" | ")} |`
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`
  const [head = [], ...body] = rows
  return [line(head), rule, ...body.map(line)].join("\n")
}
