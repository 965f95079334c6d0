/** Builds the page: the same files wherever and whenever it is built, with nothing in them that names another server. */
import { svelte, type Options } from "@sveltejs/vite-plugin-svelte"
import { renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { build, type Plugin } from "vite"
import { firstLoad, sizeText } from "./web/firstLoad.ts"
import { filePolicy, pageHeaders } from "./web/headers.ts"

const WEB = join(import.meta.dirname, "../user/web")

/**
 * Writes the page to `folder`, in place of what is there, with `headers.json`, which whoever serves it should send along,
 * and `home.json`, in which a group may say which host and which constraint are its own. What the compiler warns of, such as what a screen reader would stumble over, is an error.
 */
export async function buildWeb(folder = join(WEB, "dist")): Promise<void> {
  // Aside, so that whoever serves the page meanwhile has the old one.
  const aside = `${folder}.${process.pid}`
  await build({
    root: WEB,
    configFile: false,
    // Whatever path it is served under.
    base: "./",
    logLevel: "warn",
    plugins: [
      svelte({ configFile: false, onwarn: ({ code, message }) => refuse(code, message), compilerOptions }),
      policy,
    ],
    build: { outDir: aside, emptyOutDir: true, target: "es2024", modulePreload: { polyfill: false } },
  })
  writeFileSync(join(aside, "headers.json"), `${JSON.stringify(pageHeaders, undefined, 2)}\n`)
  writeFileSync(join(aside, "home.json"), '{ "kind": "browser" }\n')
  rmSync(folder, { recursive: true, force: true })
  renameSync(aside, folder)
}

/** Nothing in the output follows from where it is built: by default, the names of scoped styles do. */
const compilerOptions: NonNullable<Options["compilerOptions"]> = {
  rootDir: WEB,
  cssHash: ({ hash, css }) => `s-${hash(css)}`,
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

if (import.meta.main) {
  await buildWeb()
  process.stdout.write(`${sizeText(firstLoad(join(WEB, "dist")))}\n`)
}
