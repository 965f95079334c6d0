/** npm, asked by a script. */
import { spawnSync } from "node:child_process"
import { basename, join } from "node:path"
import { fieldsOf, textsOf } from "./json.ts"

/** Runs npm in a folder. Answers with what it printed. Throws TypeError where it fails. */
export function npm(cwd: string, ...args: readonly string[]): string {
  const [command, ...first] = npmCommand()
  const run = spawnSync(command, [...first, ...args], { cwd, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 })
  if (run.status !== 0) throw new TypeError(`npm ${args[0] ?? ""} failed: ${run.error?.message ?? run.stderr}`)
  return run.stdout
}

/** The very npm that runs this, if one does. */
function npmCommand(): [string, ...string[]] {
  const { npm_execpath: program, npm_node_execpath: node } = process.env
  if (program === undefined || basename(program) !== "npm-cli.js") return ["npm"]
  return [node ?? process.execPath, program]
}

/** Packs packages into `destination`. Answers with the tarballs' paths, in their order. */
export function pack(folders: readonly string[], destination: string): readonly string[] {
  return folders.map((folder) => {
    const said = npm(folder, "pack", "--json", "--ignore-scripts", "--pack-destination", destination)
    // An array of one up to npm 11.6, an object by name after it.
    const [packed] = fieldsOf(JSON.parse(said)).values()
    return join(destination, textsOf(packed)["filename"] ?? "")
  })
}
