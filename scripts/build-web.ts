/** Builds the page: the same files wherever and whenever it is built, with nothing in them that names another server. */
import { svelte } from "@sveltejs/vite-plugin-svelte"
import { join } from "node:path"
import { build } from "vite"

/** Writes the page to `user/web/dist`. An accessibility warning of the compiler is an error. */
export async function buildWeb(root = join(import.meta.dirname, "..")): Promise<void> {
  await build({
    root: join(root, "user/web"),
    configFile: false,
    // Whatever path it is served under.
    base: "./",
    logLevel: "warn",
    plugins: [svelte({ configFile: false, onwarn: (warning) => refuse(warning.code, warning.message) })],
    build: { outDir: "dist", emptyOutDir: true, target: "es2024", modulePreload: { polyfill: false } },
  })
}

function refuse(code: string, message: string): never {
  throw new SyntaxError(`${code}: ${message}`)
}

if (import.meta.main) await buildWeb()
