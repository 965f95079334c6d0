/*
 * The page as any file server would serve it for a group: the built files, on an origin of their own, and nothing else.
 */
import { once } from "node:events"
import { readdirSync, readFileSync } from "node:fs"
import { createServer } from "node:http"
import { extname, join } from "node:path"
import { addressOf } from "./address.ts"

const PAGE_FOLDER = join(import.meta.dirname, "../../user/web/dist")

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
}

export interface PageServer {
  /** With a slash at its end. */
  readonly url: string
  close(): void
}

/** Serves what `npm run build:web` has built, as it is now: a build that begins later is not seen. */
export async function servePage(): Promise<PageServer> {
  const files = builtFiles()
  const server = createServer(({ url = "" }, response) => {
    const path = new URL(url, "http://localhost").pathname.slice(1)
    const file = files.get(path === "" ? "index.html" : path)
    if (file === undefined) return response.writeHead(404).end()
    return response.writeHead(200, { "content-type": types[extname(path)] ?? types[".html"] }).end(file)
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    url: `${addressOf(server)}/`,
    close: () => void server.close().closeAllConnections(),
  }
}

/** By their paths. Throws where there is no page: `npm run build:web` makes it. */
function builtFiles(): ReadonlyMap<string, Uint8Array> {
  const paths = readdirSync(PAGE_FOLDER, { recursive: true, encoding: "utf8" }).filter((path) => extname(path) in types)
  return new Map(paths.map((path) => [path, readFileSync(join(PAGE_FOLDER, path))]))
}
