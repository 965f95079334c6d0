import { QUOTE_BYTES_MAX, SEV_SNP_REPORT_BYTES, type Quote } from "@event-manager/protocol"
import { runHelper } from "../helper.ts"
import type { HardwareName } from "./hardware.ts"
import { PlatformError } from "./platform.ts"

type Bytes = Uint8Array<ArrayBuffer>

const none: Bytes = new Uint8Array(0)

/** What each platform's helper prints, as the quote it is. */
const quoteOf = {
  "sev-snp": (report) => ({ kind: "sev-snp", report, certificates: none }),
  tdx: (quote) => ({ kind: "tdx", quote, eventLog: none }),
  sgx: (quote) => ({ kind: "sgx", quote }),
  nitro: (document) => ({ kind: "nitro", document }),
} satisfies Record<HardwareName, (printed: Bytes) => Quote>

/**
 * The quote that a helper command prints: the bare report, quote or document. It gets the 64 bytes to vouch for on its
 * standard input, as 128 lower-case hexadecimal digits and a newline. Rejects with PlatformError (EVIDENCE_COMMAND).
 */
export async function commandQuote(name: HardwareName, command: string, reportData: Bytes): Promise<Quote> {
  const printed = await runHelper(command, `${reportData.toHex()}\n`, QUOTE_BYTES_MAX)
  if (!(printed instanceof Uint8Array)) throw failure(printed.why)
  const fits = name === "sev-snp" ? printed.length === SEV_SNP_REPORT_BYTES : printed.length > 0
  if (!fits) throw failure(`it printed ${printed.length} bytes, which are no ${name} evidence`)
  return quoteOf[name](printed)
}

function failure(why: string): PlatformError {
  return new PlatformError("EVIDENCE_COMMAND", `the evidence command failed: ${why}; run it by hand to see more`)
}
