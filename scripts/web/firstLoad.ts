/** What the page weighs, as it goes over a network: compressed by itself, file by file. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"

export interface FirstLoad {
  /** What a browser loads before the page can be used, its HTML among it. */
  readonly first: ReadonlyMap<string, number>
  /** What it loads when it is needed: fallbacks, verifiers, workbooks, another language. */
  readonly later: ReadonlyMap<string, number>
}

/** The sizes in bytes, of the page that was built into a folder. */
export function firstLoad(folder: string): FirstLoad {
  const html = readFileSync(join(folder, "index.html"), "utf8")
  const size = (file: string): number => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length
  const sizes = readdirSync(join(folder, "assets")).map((file) => [file, size(`assets/${file}`)] as const)
  const isFirst = (file: string): boolean => html.includes(`./assets/${file}"`)
  return {
    first: new Map([["index.html", size("index.html")], ...sizes.filter(([file]) => isFirst(file))]),
    later: new Map(sizes.filter(([file]) => !isFirst(file))),
  }
}

export function total(sizes: ReadonlyMap<string, number>): number {
  return sizes.values().reduce((sum, size) => sum + size, 0)
}

/** In words and kB, of 1,000 bytes. */
export function sizeText({ first, later }: FirstLoad): string {
  const kB = (bytes: number): string => (bytes / 1_000).toFixed(1)
  const named = [...later].map(([file, size]) => `${file.replace(/-[\w-]{8}\.(js|css)$/, "")} ${kB(size)}`)
  return `The page: ${kB(total(first))} kB compressed at first; later, where needed: ${named.join(", ")}`
}
