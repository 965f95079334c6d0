import type { InspectionInput } from "./input.ts"
import { appraiseNitro, unmeasuredPcrs, verifyNitro } from "../nitro.ts"
import { readNitroDocument } from "../nitro/document.ts"
import { readCertificate } from "../x509/certificate.ts"
import { certificateFields, ifReadable } from "./certificates.ts"
import type { Reading } from "./reading.ts"

export async function readNitroEvidence({ bytes, roots, at }: InspectionInput): Promise<Reading> {
  const { document } = readNitroDocument(bytes)
  const { timestamp, pcrs, userData, certificate, cabundle, ...others } = document
  return {
    facts: {
      measurement: pcrs[0],
      timestamp: new Date(timestamp).toISOString(),
      pcrs: Object.fromEntries(Object.entries(pcrs).filter(([, pcr]) => !/^0*$/.test(pcr))),
      reportData: userData,
      debug: unmeasuredPcrs(document).length > 0,
    },
    fields: {
      ...others,
      timestamp,
      pcrs,
      userData,
      certificates: [certificate, ...cabundle].map(
        (der) => ifReadable(() => certificateFields(readCertificate(Uint8Array.fromHex(der)))) ?? { unreadable: der },
      ),
    },
    async prove() {
      const facts = await verifyNitro(bytes, roots.nitro, at)
      return { facts: {}, fields: {}, appraise: () => appraiseNitro(facts, { debug: "refuse" }) }
    },
  }
}
