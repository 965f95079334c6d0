/** Whether all that has a version has the same one, and the changelog knows it. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { readFields } from "../packages/json.ts"
import { manifestOf, published } from "../packages/published.ts"

export interface Versions {
  readonly version: string
  /** As the changelog has it; undefined where it says that the version is not released. */
  readonly date: string | undefined
  /** What does not agree, a line each. */
  readonly faults: readonly string[]
}

const SCOPE = "@event-manager/"

export function checkVersions(root: string): Versions {
  const version = String(readFields(join(root, "package.json")).get("version"))
  const faults: string[] = []
  const expect = (what: string, found: string): void => {
    if (found !== version) faults.push(`${what} is ${found || "missing"}, and the repository's version ${version}`)
  }
  expect("the version in package-lock.json", String(readFields(join(root, "package-lock.json")).get("version")))
  for (const each of published) {
    const { name, version: own, dependencies } = manifestOf(root, each)
    expect(`the version of ${name}`, own)
    for (const [other, needed] of Object.entries(dependencies)) {
      if (other.startsWith(SCOPE)) expect(`what ${name} needs of ${other}`, needed)
    }
  }
  const [, date] = headingOf(root, version) ?? []
  if (date === undefined) faults.push(`CHANGELOG.md has no heading "## [${version}] - DATE"`)
  return { version, date: date === "unreleased" ? undefined : date, faults }
}

function headingOf(root: string, version: string): RegExpExecArray | null {
  const changelog = readFileSync(join(root, "CHANGELOG.md"), "utf8")
  const escaped = version.replaceAll(".", "\\.")
  return new RegExp(`^## \\[${escaped}\\] - (unreleased|[0-9]{4}-[0-9]{2}-[0-9]{2})$`, "m").exec(changelog)
}
