import { escapeText } from "@event-manager/client"
import {
  formats,
  inspectEvidence as inspect,
  pinnedRoots,
  type Format,
  type Inspection,
  type InspectionInput,
} from "@event-manager/client/attestation"
import { readInput, unwrapped } from "../evidenceInput.ts"
import type { Report } from "../report.ts"
import { readTime } from "../time.ts"
import { UsageError } from "../usageError.ts"
import type { Flags, ToolAct } from "./command.ts"
import { fieldLines } from "./fields.ts"

/** What endorses a piece of evidence, and the formats in which something does. */
const uses = {
  endorsement: ["sev-snp"],
  crl: ["sev-snp"],
  collateral: ["tdx", "sgx"],
  eventLog: ["tdx"],
} as const satisfies Partial<Record<keyof InspectionInput, readonly Format[]>>

export const inspectEvidence: ToolAct = {
  async run({ roots, now, voice }, [file = ""], flags) {
    const inspection = await inspect({
      format: formatAsked(flags["format"]),
      at: readTime(flags["at"], now()),
      bytes: unwrapped(await readInput(file)),
      endorsement: await fileIn(flags, "endorsement"),
      crl: await fileIn(flags, "crl"),
      collateral: await fileIn(flags, "collateral"),
      eventLog: await fileIn(flags, "eventLog"),
      roots: roots ?? pinnedRoots,
    })
    for (const unused of unusedFlags(flags, inspection.format)) {
      voice.warn(`${unused} was not looked at: evidence of format ${inspection.format} has no use for it`)
    }
    return reportOn(inspection, flags["format"] === undefined)
  },
}

function unusedFlags(flags: Flags, format: Format): string[] {
  return Object.entries(uses)
    .filter(([name, formats]) => flags[name] !== undefined && !formats.some((each) => each === format))
    .map(([name]) => (name === "eventLog" ? "--event-log" : `--${name}`))
}

function formatAsked(written: unknown): Format | "detect" {
  if (typeof written !== "string") return "detect"
  const found = formats.find((format) => format === written)
  if (found === undefined) throw new UsageError(`'${escapeText(written)}' is none of ${formats.join(", ")}`)
  return found
}

async function fileIn(flags: Flags, name: keyof typeof uses): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const path = flags[name]
  return typeof path === "string" ? unwrapped(await readInput(path)) : undefined
}

/** What the verifiers say is for whoever meets a host; here it is a file that may be wrong, or missing. */
function adviceOn(code: string, format: Format, isDetected: boolean): string {
  if (code === "ENDORSEMENT_MISSING" && format === "sev-snp") return "; name it with --endorsement"
  if (code === "ENDORSEMENT_MISSING" && format !== "event-manager") return "; here, name it with --collateral"
  // What looks like no other format is read as an enclave's own evidence, and its faults may be beside the point.
  const isUnlike = code === "EVIDENCE_MALFORMED" && format === "event-manager" && isDetected
  return isUnlike ? "; if it is evidence of another format, name that with --format" : ""
}

function reportOn({ format, facts, fields, outcome }: Inspection, isDetected: boolean): Report {
  const data = { format, ...facts, fields }
  const shown = [`Evidence of format ${format}`, ...fieldLines(fields)]
  if (outcome.verdict === "reject") {
    const { code } = outcome
    const message = outcome.message + adviceOn(code, format, isDetected)
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
