import { readdir, readFile } from "node:fs/promises"
import { dirname, extname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { z } from "zod"
import type { EnclaveMode } from "./enclave/modes.ts"
import { errorLabel, HostError } from "./errors.ts"

/** A package of its own; in the repository, `npm run build:web` makes what is in it. */
const PAGE_FOLDER = dirname(fileURLToPath(import.meta.resolve("@event-manager/web/index.html")))

/** The page, for a host that serves it. */
export interface Page {
  /** By their paths below it. */
  readonly files: ReadonlyMap<string, { readonly type: string; readonly bytes: Uint8Array }>
  /** What goes with each of them. */
  readonly headers: Readonly<Record<string, string>>
}

const types: ReadonlyMap<string, string> = new Map([
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
])

/**
 * The page's folder, where it may be served: a host that serves it could change it, and so learn what the enclave is there
 * to hide. In mode release that is said twice. Throws HostError (PAGE).
 */
export function pageFolder(mode: EnclaveMode, asked: true | "release"): string {
  if (mode !== "release" || asked === "release") return PAGE_FOLDER
  const why = "whoever serves the page could change it, and learn what the enclave is there to hide"
  const advice = "let people use 'event-client NAME ui', or a server that they trust, or say --serve-ui release"
  throw new HostError("PAGE", `--serve-ui is refused in mode release: ${why}; ${advice}`)
}

/** Reads the page that was built into this folder. Throws HostError (PAGE) where there is none. */
export async function readPage(folder: string): Promise<Page> {
  try {
    const written = headersIn(await readFile(join(folder, "headers.json"), "utf8"))
    const paths = (await readdir(folder, { recursive: true })).filter((path) => types.has(extname(path)))
    const files = await Promise.all(paths.map(async (path) => fileAt(folder, path)))
    return { files: new Map(files), headers: written }
  } catch (cause) {
    const advice = "run npm run build:web"
    throw new HostError("PAGE", `cannot read the page in ${folder} (${errorLabel(cause)}); ${advice}`, { cause })
  }
}

async function fileAt(folder: string, path: string): Promise<[string, { type: string; bytes: Uint8Array }]> {
  const bytes = await readFile(join(folder, path))
  return [path.replaceAll("\\", "/"), { type: types.get(extname(path)) ?? "", bytes }]
}

const headers = z.record(z.string(), z.string())

function headersIn(json: string): Record<string, string> {
  return headers.parse(JSON.parse(json))
}
