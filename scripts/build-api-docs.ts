/**
 * Builds pages of what the library exports, in dist/api-docs, with TypeDoc. It reads types through TypeScript 6, which API
 * Extractor brings along, for TypeScript 7 has no such interface yet.
 */
import { createRequire, registerHooks } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

const root = join(import.meta.dirname, "..")
const OUT = "dist/api-docs"
const ENTRIES = ["index", "attestation/index", "node/index", "display"]

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
  name: "@event-manager/client",
  entryPoints: ENTRIES.map((each) => join(root, `user/client/src/${each}.ts`)),
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
