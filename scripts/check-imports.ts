/** Checks the import rules of the house over every source file, and names each violation on a line of its own. */
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path/posix"
import { cyclesIn, type Edge } from "./imports/cycles.ts"
import { readPackages, type Packages } from "./imports/packages.ts"
import { target, violationsIn, type Violation } from "./imports/rules.ts"
import { readSource, type Source } from "./imports/source.ts"

const SOURCES = "{trusted,untrusted,user,testing,bench,demo,docs,scripts}/**/*.{ts,mts,cts,js,mjs,cjs,svelte}"
const NOT_SOURCES = ["**/node_modules", "**/dist", "**/coverage"]

/** Every violation below the folder, in the order of files and lines. Throws where a package.json cannot be read. */
export function checkImports(root: string): { files: number; violations: Violation[] } {
  const packages = readPackages(root)
  const sources = new Map(
    sourceFiles(root).map((file) => [file, readSource(file, readFileSync(join(root, file), "utf8"))]),
  )
  const violations = [...sources].flatMap(([file, source]) => violationsIn(file, source, packages))
  violations.push(...circles(sources, packages))
  violations.sort((one, other) => order(one.file, other.file) || one.line - other.line)
  return { files: sources.size, violations }
}

export function describe({ file, line, rule, text }: Violation): string {
  return `${file}:${line}: ${rule}: ${text}`
}

function sourceFiles(root: string): string[] {
  return globSync(SOURCES, { cwd: root, exclude: NOT_SOURCES }).sort(order)
}

function circles(sources: ReadonlyMap<string, Source>, packages: Packages): Violation[] {
  const graph = new Map([...sources].map(([file, source]) => [file, edges(file, source, packages)]))
  return cyclesIn(graph).map(({ line, files }) => ({
    file: files[0] ?? "",
    line,
    rule: "cycle",
    text: files.join(" -> "),
  }))
}

function edges(file: string, source: Source, packages: Packages): Edge[] {
  return source.references.flatMap((reference) => {
    const to = target(file, reference, packages)
    return to === undefined ? [] : [{ to, line: reference.line }]
  })
}

function order(one: string, other: string): number {
  return Number(one > other) - Number(one < other)
}

function main(): void {
  const { files, violations } = checkImports(join(import.meta.dirname, ".."))
  for (const violation of violations) process.stderr.write(`${describe(violation)}\n`)
  process.stdout.write(`Import rules: ${violations.length} violations in ${files} files\n`)
  if (violations.length > 0) process.exitCode = 1
}

if (import.meta.main) main()
