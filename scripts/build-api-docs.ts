/**
 * Builds pages of what the packages export, in dist/api-docs, with TypeDoc. It reads types through TypeScript 6, which API
 * Extractor brings along, for TypeScript 7 has no such interface yet.
 */
import { createRequire, registerHooks } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { manifestOf, published } from "./packages/published.ts"

const root = join(import.meta.dirname, "..")
const OUT = "dist/api-docs"

const entryPoints = published.flatMap((each) => {
  const sources = Object.values(manifestOf(root, each).exports).filter((path) => path.endsWith(".ts"))
  return sources.map((path) => join(root, each.folder, path))
})
const apiExtractor = createRequire(import.meta.url).resolve("@microsoft/api-extractor")
const typescript6 = pathToFileURL(createRequire(apiExtractor).resolve("typescript")).href
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "typescript" && context.parentURL?.includes("/typedoc/") === true) {
      return { url: typescript6, format: "commonjs", shortCircuit: true }
    }
    return next(specifier, context)
  },
})

const { Application } = await import("typedoc")
const app = await Application.bootstrap({
  name: "Event Manager",
  entryPoints,
  readme: "none",
  tsconfig: join(root, "tsconfig.json"),
  out: join(root, OUT),
  // What is not exported, but named by what is, is shown where it is named.
  validation: { notExported: false },
  treatWarningsAsErrors: true,
})
const project = await app.convert()
if (project !== undefined) await app.generateOutputs(project)
if (project === undefined || app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1
else process.stdout.write(`${OUT}: open index.html\n`)
