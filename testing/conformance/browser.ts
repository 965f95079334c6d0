/*
 * Headless Chromium, with the verifiers in a page.
 */
import { build } from "esbuild"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { chromium, type Browser } from "playwright-core"
import type { Task } from "./task.ts"

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
// It asks nothing of the network.
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
]
/** WebCrypto is there in secure contexts only, and localhost is one; nothing listens there. */
const ORIGIN = "http://localhost"

export function findChromium(): string | undefined {
  return CHROMIUM.find((path) => existsSync(path))
}

/** Headless Chromium, closed by whoever started it. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ARGUMENTS })
}

export interface Bundle {
  readonly code: string
  readonly bytes: number
  readonly gzipBytes: number
}

/** A module as a browser would get it, minified. */
export async function bundle(entry: string): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, entry)],
    bundle: true,
    write: false,
    minify: true,
    platform: "browser",
    format: "esm",
    target: "es2024",
    legalComments: "none",
    logLevel: "warning",
  })
  const code = outputFiles[0]?.text ?? ""
  return { code, bytes: Buffer.byteLength(code), gzipBytes: gzipSync(code, { level: 9 }).length }
}

/** What a page in this browser makes of each task, as `summaryOf` writes it. */
export async function inspectInBrowser(executablePath: string, tasks: readonly Task[]): Promise<readonly string[]> {
  const { code } = await bundle("page.ts")
  const browser = await launchChromium(executablePath)
  try {
    const page = await browser.newPage()
    await page.route("**", (route) =>
      route.fulfill({ contentType: "text/html", body: "<!doctype html><title>x</title>" }),
    )
    await page.goto(ORIGIN)
    await page.addScriptTag({ content: code, type: "module" })
    await page.waitForFunction("globalThis.inspectAll !== undefined")
    return await page.evaluate(
      (given) => Reflect.apply(Reflect.get(globalThis, "inspectAll"), undefined, [given]),
      tasks,
    )
  } finally {
    await browser.close()
  }
}
