/** What the package.json files say: which package a file is in, what it depends on, where its entry points lead. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path/posix"

type Fields = ReadonlyMap<string, unknown>

export interface Packages {
  /** The dependencies of the package that the file is in, or of the root. */
  readonly dependenciesOf: (file: string) => ReadonlySet<string>
  /** The dependencies for development, which the root alone has. */
  readonly tools: ReadonlySet<string>
  /** The file that an entry point of one of our packages leads to; undefined where there is no such entry point. */
  readonly entry: (specifier: string) => string | undefined
  /**
   * Where a name that begins with `#` leads within the file's package where no condition is met; undefined where the
   * package has no such name. Out of a package none leads (Node's packages documentation, "Subpath imports").
   */
  readonly internal: (file: string, specifier: string) => string | undefined
}

/** Throws what reading or parsing a package.json throws. */
export function readPackages(root: string): Packages {
  const top = manifestIn(root)
  const folders = [...fields(top.get("workspaces")).values()]
    .map(String)
    .filter((folder) => existsSync(join(root, folder, "package.json")))
  const manifests = new Map(folders.map((folder) => [folder, manifestIn(join(root, folder))]))
  const entries = new Map([...manifests].flatMap(([folder, manifest]) => entriesOf(folder, manifest)))
  const folderOf = (file: string): string => folders.find((each) => file.startsWith(`${each}/`)) ?? ""
  return {
    dependenciesOf: (file) => new Set(fields((manifests.get(folderOf(file)) ?? top).get("dependencies")).keys()),
    tools: new Set(fields(top.get("devDependencies")).keys()),
    entry: (specifier) => entries.get(specifier),
    internal(file, specifier) {
      const imports = fields((manifests.get(folderOf(file)) ?? top).get("imports"))
      const path = fields(imports.get(specifier)).get("default")
      return typeof path === "string" ? join(folderOf(file), path) : undefined
    },
  }
}

/** `@scope/name` of `@scope/name/entry`, `name` of `name/entry`. */
export function packageName(specifier: string): string {
  const parts = specifier.split("/")
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/")
}

function manifestIn(folder: string): Fields {
  return fields(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")))
}

function entriesOf(folder: string, manifest: Fields): [string, string][] {
  const entries = [...fields(manifest.get("exports"))]
  return entries.map(([entry, file]) => [join(String(manifest.get("name")), entry), join(folder, String(file))])
}

/** Of an object its fields, of an array its items by index, of anything else nothing. */
function fields(value: unknown): Fields {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : [])
}
