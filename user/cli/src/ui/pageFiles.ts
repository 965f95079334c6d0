import { UserError } from "@event-manager/client"
import { readBytes } from "@event-manager/client/node"
import { readdirSync } from "node:fs"
import { extname, join } from "node:path"

export interface PageFile {
  readonly type: string
  readonly bytes: Uint8Array
}

const FILE_BYTES_MAX = 8 * 1_024 * 1_024

const types: ReadonlyMap<string, string> = new Map([
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".svg", "image/svg+xml"],
  [".json", "application/json"],
])

/**
 * The files of the built page by their paths below it: what is not among them is not served. Throws UserError
 * (FILE_UNREADABLE) where it was not built.
 */
export function readPageFiles(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>()
  for (const path of pathsBelow(folder)) {
    const type = types.get(extname(path))
    const bytes = readBytes(join(folder, path), FILE_BYTES_MAX)
    if (type !== undefined && bytes !== undefined) files.set(path.replaceAll("\\", "/"), { type, bytes })
  }
  if (files.has("index.html")) return files
  throw new UserError("FILE_UNREADABLE", `there is no page in ${folder}: build it with 'npm run build:web'`)
}

function pathsBelow(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => extname(path) !== "")
      .toSorted()
  } catch {
    return []
  }
}
