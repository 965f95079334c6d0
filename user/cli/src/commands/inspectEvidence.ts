import { escapeText, UserError } from "@event-manager/client"
import {
  formats,
  inspectEvidence as inspect,
  pinnedRoots,
  type Format,
  type Inspection,
} from "@event-manager/client/attestation"
import { readBytes } from "@event-manager/client/node"
import type { Report } from "../report.ts"
import { readTime } from "../time.ts"
import { UsageError } from "../usageError.ts"
import type { Flags, ToolAct } from "./command.ts"
import { fieldLines } from "./fields.ts"

const FILE_BYTES_MAX = 4_194_304

export const inspectEvidence: ToolAct = {
  async run({ roots, now }, [file = ""], flags) {
    return reportOn(
      await inspect({
        format: formatAsked(flags["format"]),
        bytes: required(file),
        endorsement: fileIn(flags, "endorsement"),
        collateral: fileIn(flags, "collateral"),
        crl: fileIn(flags, "crl"),
        eventLog: fileIn(flags, "eventLog"),
        at: readTime(flags["at"], now()),
        roots: roots ?? pinnedRoots,
      }),
    )
  },
}

function formatAsked(written: unknown): Format | "detect" {
  if (typeof written !== "string") return "detect"
  const found = formats.find((format) => format === written)
  if (found === undefined) throw new UsageError(`'${escapeText(written)}' is none of ${formats.join(", ")}`)
  return found
}

function fileIn(flags: Flags, name: string): Uint8Array<ArrayBuffer> | undefined {
  const path = flags[name]
  return typeof path === "string" ? required(path) : undefined
}

function required(path: string): Uint8Array<ArrayBuffer> {
  const bytes = readBytes(path, FILE_BYTES_MAX)
  if (bytes === undefined) throw new UserError("FILE_UNREADABLE", `${path} does not exist`)
  return bytes
}

function reportOn({ format, facts, fields, outcome }: Inspection): Report {
  const data = { format, ...facts, fields }
  const shown = [`Evidence of format ${format}`, ...fieldLines(fields)]
  if (outcome.verdict === "reject") {
    const { code, message } = outcome
    return {
      code,
      message,
      lines: [...shown, "Verdict: reject", `${code}: ${escapeText(message)}`],
      data: { ...data, verdict: outcome.verdict },
    }
  }
  const { verdict, level, reasons, advisories } = outcome
  const message = [`Genuine, and ${level}`, ...reasons].join("; ")
  return {
    code: "SUCCESS",
    message,
    lines: [
      ...shown,
      `Verdict: ${verdict}`,
      ...(advisories.length === 0 ? [] : [`Advisories: ${advisories.join(", ")}`]),
      `SUCCESS: ${message}`,
    ],
    data: { ...data, verdict, level, reasons, advisories },
  }
}
