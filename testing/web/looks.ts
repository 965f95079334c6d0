/*
 * What must hold of every view however it is looked at. Each function says what does not, a line each.
 */
import type { AxeResults } from "axe-core"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { Page } from "playwright-core"
import { words, type Tongue } from "./said.ts"

const axeScript = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

/** What axe-core finds, in light and dark. */
export async function barriers(page: Page): Promise<readonly string[]> {
  const found: string[] = []
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme })
    if ((await page.evaluate("typeof axe")) === "undefined") await page.evaluate(axeScript)
    const { violations } = await page.evaluate<AxeResults>("axe.run({ resultTypes: ['violations'] })")
    for (const { id, nodes } of violations) {
      found.push(
        `${colorScheme}: ${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(" ")} (${failureSummary})`).join(", ")}`,
      )
    }
  }
  await page.emulateMedia({ colorScheme: null })
  return found
}

interface Shape {
  readonly name: string
  readonly width: number
  readonly dir?: "rtl"
  /** Of the text, in percent of what it is. */
  readonly zoom?: number
  /** Text as WCAG 1.4.12 spaces it. */
  readonly spaced?: true
}

const shapes: readonly Shape[] = [
  { name: "320 px wide", width: 320 },
  { name: "320 px wide, right to left", width: 320, dir: "rtl" },
  { name: "right to left", width: 1_280, dir: "rtl" },
  { name: "text of 200 %", width: 640, zoom: 200 },
  { name: "spaced text", width: 640, spaced: true },
]

const HEIGHT = 720

/** What does not fit on a page of these shapes without scrolling to the side. */
export async function overflows(page: Page): Promise<readonly string[]> {
  const found: string[] = []
  for (const shape of shapes) {
    await page.setViewportSize({ width: shape.width, height: HEIGHT })
    const wide = await page.evaluate(measure, shape)
    found.push(...wide.map((each) => `${shape.name}: ${each}`))
  }
  await page.setViewportSize({ width: 1_280, height: HEIGHT })
  await page.evaluate(measure, { name: "as it was", width: 1_280 })
  return found
}

/** Runs in the page: brings it into shape, and names what sticks out of it, unless it lies in something that scrolls. */
function measure({ dir, zoom, spaced }: Shape): readonly string[] {
  const root = document.documentElement
  root.dir = dir ?? "ltr"
  root.style.fontSize = zoom === undefined ? "" : `${zoom}%`
  const sheet = new CSSStyleSheet()
  if (spaced === true) {
    sheet.replaceSync(
      "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }",
    )
  }
  document.adoptedStyleSheets = [sheet]
  const { clientWidth, scrollWidth } = root
  const out = [...document.body.querySelectorAll("*")].filter((element) => {
    if (!element.checkVisibility()) return false
    const { left, right, width } = element.getBoundingClientRect()
    return width > 1 && (left < -1 || right > clientWidth + 1) && element.closest(".scroll, .visually-hidden") === null
  })
  const outermost = out.filter((element) => !out.some((other) => other !== element && other.contains(element)))
  const named = outermost.map(
    (element) => `<${element.tagName.toLowerCase()} class="${element.getAttribute("class") ?? ""}">`,
  )
  return scrollWidth > clientWidth ? [`${scrollWidth} px are needed`, ...named] : named
}

/** Words that are missing, or of another language than the page speaks. */
export async function strayWords(page: Page, tongue: Tongue): Promise<readonly string[]> {
  const texts = await page.evaluate<readonly string[]>(textsSeen)
  const own = new Set(Object.values(words[tongue]))
  const others = Object.entries(words)
    .filter(([other]) => other !== tongue)
    .flatMap(([, them]) => Object.values(them))
  const foreign = new Set(others.filter((text) => !own.has(text) && text.length > 2))
  const keys = new Set(Object.keys(words[tongue]))
  return texts.filter(
    (text) => foreign.has(text) || keys.has(text) || /(?<!\\u)\{\w+\}|\bundefined\b|\bNaN\b/.test(text),
  )
}

/** In the page: each text that is seen or read out, and in no other language than the page's. */
const textsSeen = `(() => {
  const texts = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const { parentElement, data } = walker.currentNode
    if (parentElement.closest("[lang]") === document.documentElement) texts.push(data.trim())
  }
  for (const element of document.body.querySelectorAll("[aria-label], [placeholder], [title]")) {
    for (const name of ["aria-label", "placeholder", "title"]) texts.push(element.getAttribute(name) ?? "")
  }
  return [...new Set(texts)].filter((text) => text !== "")
})()`
