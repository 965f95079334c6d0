import { UserError } from "@event-manager/client"
import { readBytes } from "@event-manager/client/node"
import { readdirSync } from "node:fs"
import { extname, join } from "node:path"

/** The page as it was built. */
export interface Page {
  /** By their paths below it: what is not among them is not served. */
  readonly files: ReadonlyMap<string, PageFile>
  /** What every answer carries. */
  readonly headers: Readonly<Record<string, string>>
}

interface PageFile {
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

/** Reads the page that was built into this folder. Throws UserError (FILE_UNREADABLE) where there is none. */
export function readPage(folder: string): Page {
  const files = new Map<string, PageFile>()
  for (const path of pathsBelow(folder)) {
    const type = types.get(extname(path))
    const bytes = readBytes(join(folder, path), FILE_BYTES_MAX)
    if (type !== undefined && bytes !== undefined) files.set(path.replaceAll("\\", "/"), { type, bytes })
  }
  const headers = headersIn(files.get("headers.json"))
  if (files.has("index.html") && headers !== undefined) return { files, headers }
  throw new UserError(
    "FILE_UNREADABLE",
    `there is no page in ${folder}: in a clone, 'npm run build:web' makes it; beside a native client, it is the folder dist of @event-manager/web`,
  )
}

/** With no policy, no page: it must not be served without. */
function headersIn(file: PageFile | undefined): Page["headers"] | undefined {
  const json: unknown = file === undefined ? undefined : JSON.parse(new TextDecoder().decode(file.bytes))
  if (typeof json !== "object" || json === null) return undefined
  const headers = Object.entries(json).map(([name, value]) => [name, String(value)] as const)
  return headers.some(([name]) => name === "content-security-policy") ? Object.fromEntries(headers) : undefined
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
