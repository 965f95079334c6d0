/** A plot of seconds against size, both on logarithmic scales, as an SVG that suits light and dark pages. */
import { duration } from "./format.ts"
import type { Row } from "./rows.ts"

const WIDTH = 760
const HEIGHT = 420
const MARGIN = { left: 76, right: 210, top: 44, bottom: 52 }
const LABEL_PX = 17
/** Told apart also by those who see few colours, on white and on black (after Okabe and Ito). */
const COLOURS = ["#d55e00", "#0a84c6", "#009e73", "#b45f9c", "#8a8a8a"]
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .grid { stroke: #d0d7de }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .grid { stroke: #3d444d } }`

export interface Labels {
  readonly title: string
  /** What the sizes count. */
  readonly unit: string
}

/** Throws nothing. What took no time at all stands at the bottom, since its logarithm has no place. */
export function plot(rows: readonly Row[], { title, unit }: Labels): string {
  const across = scale(
    rows.map(({ size }) => size),
    MARGIN.left,
    WIDTH - MARGIN.right,
  )
  const up = scale(
    rows.map(({ median }) => median),
    HEIGHT - MARGIN.bottom,
    MARGIN.top,
  )
  const names = [...new Set(rows.map(({ contender }) => contender))]
  const lines = names.map((name) => rows.filter(({ contender }) => contender === name))
  const ends = lines.map((line) => up.place(line.at(-1)?.median ?? 1))
  const labels = spread(ends)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(title)}">`,
    `<style>${STYLE}\n</style>`,
    `<text x="${MARGIN.left}" y="24" style="font-weight:bold">${escape(title)}</text>`,
    ...up.decades.map((value) => gridAcross(up.place(value), duration(value))),
    ...across.decades.map((value) => gridUp(across.place(value), value.toLocaleString("en"))),
    `<text x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${escape(unit)}</text>`,
    ...lines.map((line, at) => {
      const colour = COLOURS[at % COLOURS.length] ?? ""
      const points = line.map(({ size, median }) => [across.place(size), up.place(median)] as const)
      return (
        drawn(points, colour) + label(names[at] ?? "", points.at(-1)?.[0] ?? 0, ends[at] ?? 0, labels[at] ?? 0, colour)
      )
    }),
    "</svg>\n",
  ].join("\n")
}

interface Axis {
  /** Powers of ten that bound the values, and those between. */
  readonly decades: readonly number[]
  readonly place: (value: number) => number
}

function scale(values: readonly number[], from: number, to: number): Axis {
  const exponents = values.filter((value) => value > 0).map(Math.log10)
  const low = exponents.length === 0 ? 0 : Math.floor(Math.min(...exponents))
  const high = Math.max(low + 1, exponents.length === 0 ? 0 : Math.ceil(Math.max(...exponents)))
  const decades = Array.from({ length: high - low + 1 }, (_, at) => 10 ** (low + at))
  const bottom = 10 ** low
  const part = (value: number): number => (Math.log10(Math.max(value, bottom)) - low) / (high - low)
  return { decades, place: (value) => round(from + part(value) * (to - from)) }
}

function gridAcross(y: number, text: string): string {
  const line = `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y}" y2="${y}"/>`
  return `${line}<text x="${MARGIN.left - 8}" y="${y + 4}" text-anchor="end">${text}</text>`
}

function gridUp(x: number, text: string): string {
  const bottom = HEIGHT - MARGIN.bottom
  const line = `<line class="grid" x1="${x}" x2="${x}" y1="${MARGIN.top}" y2="${bottom}"/>`
  return `${line}<text x="${x}" y="${bottom + 18}" text-anchor="middle">${text}</text>`
}

function drawn(points: readonly (readonly [number, number])[], colour: string): string {
  const path = points.map(([x, y]) => `${x},${y}`).join(" ")
  const dots = points.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3.5" fill="${colour}"/>`)
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join("")}`
}

/** The name, right of the plot, with a thin line to where its curve ends. */
function label(name: string, x: number, y: number, labelY: number, colour: string): string {
  const left = WIDTH - MARGIN.right + 14
  const lead = `<line x1="${x + 5}" y1="${y}" x2="${left - 3}" y2="${labelY}" stroke="${colour}" stroke-dasharray="2 3"/>`
  return `${lead}<text x="${left}" y="${labelY + 4}" style="fill:${colour}">${escape(name)}</text>`
}

/** Moves labels down until none covers another. */
function spread(heights: readonly number[]): number[] {
  const placed = [...heights]
  let free = Number.NEGATIVE_INFINITY
  for (const at of [...heights.keys()].toSorted((one, other) => (heights[one] ?? 0) - (heights[other] ?? 0))) {
    placed[at] = Math.max(placed[at] ?? 0, free)
    free = (placed[at] ?? 0) + LABEL_PX
  }
  return placed
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
