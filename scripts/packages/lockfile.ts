/** What package-lock.json says of what is published: every package that comes along, and which needs which. */
import { join } from "node:path/posix"
import { fieldsOf, readFields, textsOf } from "./json.ts"
import { published } from "./published.ts"

export interface Locked {
  /** Where npm puts it: `node_modules/…`, or the folder of one of ours. */
  readonly path: string
  readonly name: string
  readonly version: string
  readonly license: string | undefined
  /** SHA-512 in base64, of what the registry has; undefined for what is made here. */
  readonly sha512: string | undefined
  /** The paths of those that it needs. */
  readonly needs: readonly string[]
}

/** What is published, and all that it needs to run, by path. */
export function productionOf(root: string): ReadonlyMap<string, Locked> {
  const packages = fieldsOf(readFields(join(root, "package-lock.json")).get("packages"))
  const found = new Map<string, Locked>()
  const open = published.map(({ folder }) => folder)
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue
    const locked = lockedAt(path, packages)
    found.set(path, locked)
    open.push(...locked.needs)
  }
  return found
}

/** The version of a package at the top, among those for development too. */
export function versionIn(root: string, name: string): string {
  const packages = fieldsOf(readFields(join(root, "package-lock.json")).get("packages"))
  return textsOf(packages.get(`node_modules/${name}`))["version"] ?? ""
}

function lockedAt(path: string, packages: ReadonlyMap<string, unknown>): Locked {
  const entry = fieldsOf(packages.get(path))
  const { name, version = "", license, integrity } = textsOf(packages.get(path))
  const needs = Object.keys(textsOf(entry.get("dependencies"))).map((each) => resolve(each, path, packages))
  return {
    path,
    name: name ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
    version,
    license,
    sha512: integrity?.startsWith("sha512-") === true ? integrity.slice("sha512-".length) : undefined,
    needs,
  }
}

/** As Node finds it: in the folder's own node_modules, or else in those above. A link leads to one of ours. */
function resolve(name: string, from: string, packages: ReadonlyMap<string, unknown>): string {
  for (let folder = from; ; folder = parentOf(folder)) {
    const path = join(folder, "node_modules", name)
    const entry = fieldsOf(packages.get(path))
    if (entry.get("link") === true) return String(entry.get("resolved"))
    if (packages.has(path)) return path
    if (folder === "") throw new TypeError(`package-lock.json has no ${name}, which ${from} needs`)
  }
}

/** The folder whose node_modules is the next to look in. */
function parentOf(folder: string): string {
  const at = folder.lastIndexOf("node_modules/")
  return at <= 0 ? "" : folder.slice(0, at - 1)
}
