/**
 * Builds what is published, in dist/packages: each package with its code compiled to modules, its types, and a manifest of
 * its own. In the repository nothing is built: there the same packages are TypeScript that runs as it is.
 */
import { spawnSync } from "node:child_process"
import { chmodSync, cpSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { buildEnclave } from "./build-enclave.ts"
import { buildManual } from "./build-man.ts"
import { buildWeb } from "./build-web.ts"
import { compiled, entriesOf, manifestOf, published, publishedManifest, type Published } from "./packages/published.ts"

const ROOT = join(import.meta.dirname, "..")
/** Below `out`, where no other run of this builds or reads it. */
const PAGE = "page"

const options = {
  noEmit: false,
  declaration: true,
  rewriteRelativeImportExtensions: true,
  outDir: ".",
}

/** Builds them in `out`. Answers with the packages' folders. Throws TypeError where the compiler finds fault. */
export async function buildPackages(root = ROOT, out = join(root, "dist")): Promise<readonly string[]> {
  rmSync(join(out, "compiled"), { recursive: true, force: true })
  await buildEnclave(root)
  await buildWeb(join(out, PAGE))
  compile(root, join(out, "compiled"))
  buildManual(root, out)
  return assemblePackages(root, out)
}

/** The packages of what has been built in `out`. Answers with their folders. */
export function assemblePackages(root: string, out: string): readonly string[] {
  rmSync(join(out, "packages"), { recursive: true, force: true })
  return published.map((each) => assemble(root, out, each))
}

function compile(root: string, folder: string): void {
  mkdirSync(folder, { recursive: true })
  const files = published.flatMap((each) => entriesOf(root, each)).map((path) => join(root, path))
  const typeRoots = [join(root, "node_modules/@types")]
  const compilerOptions = { ...options, rootDir: root, typeRoots, paths: pathsIn(root) }
  const config = { extends: join(root, "tsconfig.json"), compilerOptions, files, include: [] }
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config))
  const tsc = join(root, "node_modules/.bin/tsc")
  const run = spawnSync(tsc, ["--project", folder, "--pretty", "false"], { cwd: root, encoding: "utf8" })
  if (run.status !== 0) throw new TypeError(`tsc failed: ${run.stdout}${run.stderr}`)
}

/** The compiler leaves out what it first meets below node_modules, where npm links to our packages. */
function pathsIn(root: string): Record<string, readonly string[]> {
  const paths = published.flatMap((each) => {
    const { name, exports } = manifestOf(root, each)
    return Object.entries(exports).map(([entry, path]) => [join(name, entry), [join(root, each.folder, path)]] as const)
  })
  return Object.fromEntries(paths)
}

function assemble(root: string, out: string, each: Published): string {
  const folder = join(out, "packages", each.name)
  const dist = join(folder, "dist")
  const code = each.isBuilt === true ? join(out, PAGE) : join(out, "compiled", each.folder, "src")
  cpSync(code, dist, { recursive: true })
  for (const path of globSync("**/*.d.ts", { cwd: dist })) rewrite(join(dist, path))
  for (const path of Object.values(each.bin)) {
    if (compiled(path) === path) cpSync(join(root, each.folder, path), join(folder, path))
  }
  for (const path of each.files) cpSync(join(out, path), join(folder, path), { recursive: true })
  writeFileSync(join(folder, "README.md"), readmeOf(root, each))
  cpSync(join(root, "LICENSE"), join(folder, "LICENSE"))
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(publishedManifest(root, each), undefined, 2)}\n`)
  setModes(folder, each)
  return folder
}

/** A tarball has them in it, and is to be the same bytes whatever the umask of whoever packs it. */
function setModes(folder: string, { bin }: Published): void {
  const programs = Object.values(bin).map((path) => join(folder, compiled(path)))
  for (const each of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(each.parentPath, each.name)
    chmodSync(path, each.isDirectory() || programs.includes(path) ? 0o755 : 0o644)
  }
}

/** Examples stand in the README of the repository, where they are tested, and in a package's by their number. */
function readmeOf(root: string, { folder }: Published): string {
  const readme = readFileSync(join(root, "README.md"), "utf8")
  const examples = [...readme.matchAll(/^```ts.*\n([^]*?^```)$/gm)].map(([, body = ""]) => `\`\`\`ts\n${body}`)
  const own = readFileSync(join(root, folder, "README.md"), "utf8")
  return own.replaceAll(/^<!-- example (\d) .*-->$/gm, (_, number: string) => examples[Number(number) - 1] ?? "")
}

/** The compiler rewrites the extensions of what code imports, and leaves those in types as they are. */
function rewrite(file: string): void {
  const text = readFileSync(file, "utf8")
  writeFileSync(file, text.replaceAll(/(\bfrom |\bimport\(|\bimport )"(\.{1,2}\/[^"]+)\.ts"/g, '$1"$2.js"'))
}

if (import.meta.main) {
  const folders = await buildPackages()
  process.stdout.write(`${folders.length} packages in dist/packages: ${published.map(({ name }) => name).join(", ")}\n`)
}
