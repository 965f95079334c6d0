/** What the packages promise to those who import them, as API Extractor writes it down from their types. */
import {
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  ExtractorMessageCategory,
  type IConfigFile,
} from "@microsoft/api-extractor"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { manifestOf, published, type Published } from "./published.ts"

const FAULTS = new Set([ExtractorLogLevel.Error, ExtractorLogLevel.Warning])

interface ApiReport {
  /** What is imported. */
  readonly entry: string
  /** The name of its file. */
  readonly file: string
  readonly types: string
  readonly folder: string
}

/** One for each entry point that has types, of the packages that were built into the folder `packages`. */
function apiReports(root: string, packages: string): readonly ApiReport[] {
  return published.flatMap((each) =>
    Object.entries(manifestOf(root, each).exports)
      .filter(([, path]) => path.endsWith(".ts"))
      .map(([entry, path]) => reportOf(each, entry, path, join(packages, each.name))),
  )
}

function reportOf({ name }: Published, entry: string, path: string, folder: string): ApiReport {
  const types = join(folder, path.replace(/^\.\/src\/(.*)\.ts$/, "dist/$1.d.ts"))
  const file = [name, ...entry.split("/").slice(1)].join("-")
  return { entry: join("@event-manager", name, entry), file: `${file}.api.md`, types, folder }
}

/**
 * Writes the reports of what was built into the folder `packages`, which is below the root, for their dependencies' types
 * are looked for there. Returns what API Extractor found wrong with the types, a line each.
 */
export function writeApiReports(root: string, packages: string, folder: string): readonly string[] {
  mkdirSync(folder, { recursive: true })
  const reports = apiReports(root, packages)
  const paths = Object.fromEntries(reports.map(({ entry, types }) => [entry, [types]]))
  return reports.flatMap((report) => {
    const faults: string[] = []
    Extractor.invoke(configOf(root, report, folder, paths), {
      localBuild: true,
      messageCallback(message) {
        message.handled = true
        // What it says on the console is that it has written a report.
        if (message.category === ExtractorMessageCategory.Console) return
        if (FAULTS.has(message.logLevel)) faults.push(`${report.entry}: ${message.text}`)
      },
    })
    return faults
  })
}

function configOf(
  root: string,
  { file, types, folder: packageFolder }: ApiReport,
  folder: string,
  paths: Readonly<Record<string, readonly string[]>>,
): ExtractorConfig {
  const configObject: IConfigFile = {
    projectFolder: root,
    mainEntryPointFilePath: types,
    compiler: {
      overrideTsconfig: {
        compilerOptions: {
          target: "esnext",
          module: "nodenext",
          lib: ["esnext", "dom", "dom.iterable", "dom.asynciterable"],
          types: ["node"],
          strict: true,
          skipLibCheck: true,
          paths,
        },
        files: [types],
      },
    },
    apiReport: {
      enabled: true,
      reportFileName: file,
      reportFolder: folder,
      reportTempFolder: join(packageFolder, "api"),
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    newlineKind: "lf",
    messages: {
      compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Warning } },
      // Which exports are stable is said nowhere but in the changelog, and comments are not TSDoc's.
      extractorMessageReporting: {
        default: { logLevel: ExtractorLogLevel.Warning },
        "ae-missing-release-tag": { logLevel: ExtractorLogLevel.None },
        "ae-forgotten-export": { logLevel: ExtractorLogLevel.None },
        "ae-undocumented": { logLevel: ExtractorLogLevel.None },
      },
      tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
    },
  }
  return ExtractorConfig.prepare({
    configObject,
    configObjectFullPath: undefined,
    packageJsonFullPath: join(packageFolder, "package.json"),
  })
}
