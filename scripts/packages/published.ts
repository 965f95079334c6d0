/** What is published: six packages, and what each is made of beside what its package.json in the repository says. */
import { globSync } from "node:fs"
import { join } from "node:path"
import { fieldsOf, readFields, textsOf, type Fields } from "./json.ts"

export interface Published {
  readonly name: "protocol" | "client" | "host" | "enclave" | "cli" | "web"
  readonly folder: string
  /** Commands, and the files that are them. */
  readonly bin: Readonly<Record<string, string>>
  /** What the package holds beside its code, README and licence: folders that are built beside the packages. */
  readonly files: readonly string[]
  /** Whether its code is no compiled sources: the page, which is built by itself. */
  readonly isBuilt?: true
}

/** Each after those that it depends on. */
export const published: readonly Published[] = [
  { name: "protocol", folder: "trusted/protocol", bin: {}, files: [] },
  {
    name: "enclave",
    folder: "trusted/enclave",
    bin: { "event-enclave": "./dist/event-enclave.mjs" },
    files: [],
  },
  { name: "web", folder: "user/web", bin: {}, files: [], isBuilt: true },
  { name: "host", folder: "untrusted/host", bin: { "event-host": "./src/main.ts" }, files: [] },
  { name: "client", folder: "user/client", bin: {}, files: [] },
  {
    name: "cli",
    folder: "user/cli",
    bin: { "event-client": "./src/main.ts" },
    files: ["man", "completions"],
  },
]

/** A package.json of the repository, so far as it is read here. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly exports: Readonly<Record<string, string>>
  /** Of each name that begins with `#`, a file for each condition. */
  readonly imports: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly dependencies: Readonly<Record<string, string>>
}

export function manifestOf(root: string, each: Published): Manifest {
  const manifest = manifestFields(root, each)
  const { name = "", version = "" } = textsOf(Object.fromEntries(manifest))
  return {
    name,
    version,
    exports: textsOf(manifest.get("exports")),
    imports: Object.fromEntries([...fieldsOf(manifest.get("imports"))].map(([own, files]) => [own, textsOf(files)])),
    dependencies: textsOf(manifest.get("dependencies")),
  }
}

function manifestFields(root: string, { folder }: Published): Fields {
  return readFields(join(root, folder, "package.json"))
}

/** Where the compiler puts what a source becomes, and a built file stays where it is. */
export function compiled(path: string): string {
  return path.replace(/^\.\/src\/(.*)\.ts$/, "./dist/$1.js")
}

function compiledEach(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([condition, path]) => [condition, compiled(path)]))
}

/**
 * The sources that others enter by, and those that are loaded by their address, as what another thread runs is: everything
 * that they do not lead to is tests, and stays here.
 */
export function entriesOf(root: string, each: Published): readonly string[] {
  const workers = globSync("src/**/*Worker.ts", { cwd: join(root, each.folder) })
  const { exports, imports } = manifestOf(root, each)
  const conditional = Object.values(imports).flatMap((files) => Object.values(files))
  const entries = [...Object.values(exports), ...conditional, ...Object.values(each.bin), ...workers]
  return entries.filter((path) => path.endsWith(".ts")).map((path) => join(each.folder, path))
}

/** The manifest that goes into the package: of the repository's, with compiled files in place of sources. */
export function publishedManifest(root: string, each: Published): object {
  // What was built already has in it whatever it was built of.
  const left = each.isBuilt === true ? ["dependencies", "devDependencies", "scripts"] : ["devDependencies"]
  const kept = [...manifestFields(root, each)].filter(([field]) => !left.includes(field))
  const { exports, imports } = manifestOf(root, each)
  const entries = Object.entries(exports).map(([entry, path]) => {
    const file = compiled(path)
    return [entry, file === path ? path : { types: file.replace(/\.js$/, ".d.ts"), default: file }] as const
  })
  const own = Object.entries(imports).map(([name, files]) => [name, compiledEach(files)] as const)
  const bin = Object.entries(each.bin).map(([command, path]) => [command, compiled(path)] as const)
  return {
    ...Object.fromEntries(kept),
    // What runs at import is left out where nothing of it is used.
    sideEffects: false,
    exports: { ...Object.fromEntries(entries), "./package.json": "./package.json" },
    ...(own.length === 0 ? {} : { imports: Object.fromEntries(own) }),
    ...(bin.length === 0 ? {} : { bin: Object.fromEntries(bin) }),
    files: ["dist", ...each.files],
    ...(each.files.includes("man") ? { man: Object.keys(each.bin).map((command) => `./man/${command}.1`) } : {}),
  }
}
