/** Builds the page: the same files wherever and whenever it is built, with nothing in them that names another server. */
import { svelte } from "@sveltejs/vite-plugin-svelte"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { build, type Plugin } from "vite"
import { filePolicy, pageHeaders } from "./web/headers.ts"

/**
 * Writes the page to `user/web/dist` below `root`, with `headers.json`, which whoever serves it should send along. What the
 * compiler warns of, such as what a screen reader would stumble over, is an error.
 */
export async function buildWeb(root = join(import.meta.dirname, "..")): Promise<void> {
  const folder = join(root, "user/web")
  await build({
    root: folder,
    configFile: false,
    // Whatever path it is served under.
    base: "./",
    logLevel: "warn",
    plugins: [svelte({ configFile: false, onwarn: (warning) => refuse(warning.code, warning.message) }), policy],
    build: { outDir: "dist", emptyOutDir: true, target: "es2024", modulePreload: { polyfill: false } },
  })
  writeFileSync(join(folder, "dist/headers.json"), `${JSON.stringify(pageHeaders, undefined, 2)}\n`)
}

/** Before anything else in the head, so that it holds for all of it. */
const policy: Plugin = {
  name: "content-security-policy",
  transformIndexHtml: () => [
    {
      tag: "meta",
      attrs: { "http-equiv": "Content-Security-Policy", content: filePolicy },
      injectTo: "head-prepend",
    },
  ],
}

function refuse(code: string, message: string): never {
  throw new SyntaxError(`${code}: ${message}`)
}

if (import.meta.main) await buildWeb()
