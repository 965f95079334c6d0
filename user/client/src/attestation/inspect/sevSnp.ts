import { AttestationError } from "../../errors.ts"
import type { InspectionInput } from "./input.ts"
import { sevSnpProducts, type SevSnpProduct } from "../roots.ts"
import { appraiseSevSnp, verifySevSnp, type SevSnpPolicy } from "../sevSnp.ts"
import { productNames } from "../sevSnp/key.ts"
import { authoritiesInTable, certificateInTable, isCertificateTable } from "../sevSnp/certificateTable.ts"
import { readSevSnpReport, SEV_SNP_REPORT_BYTES, type SevSnpReport } from "../sevSnp/report.ts"
import type { Certificate } from "../x509/certificate.ts"
import { readCertificateFile } from "../x509/pem.ts"
import { certificateFields, ifReadable } from "./certificates.ts"
import { dated } from "./plain.ts"
import type { Reading } from "./reading.ts"

/** Which level may ask for a report, and how new firmware must be, is for whoever relies on the report to say. */
const policy: SevSnpPolicy = { debug: "refuse", migrationAgent: "refuse", vmplMax: "any", minimumTcb: "any" }

export async function readSevSnpEvidence({ crl, roots, at, ...input }: InspectionInput): Promise<Reading> {
  const { bytes, endorsement } = withoutTable(input)
  const report = readSevSnpReport(bytes)
  const certificate = ifReadable(() => {
    const key = keyOf(endorsement, report)
    return key === undefined ? undefined : readCertificateFile(key)[0]
  })
  const { measurement, reportData, hostData, vmpl, version, signingKey, reportedTcb } = report
  return {
    facts: {
      measurement,
      reportData,
      hostData,
      policy: report.policy.value,
      vmpl,
      version,
      signer: signingKey,
      product: report.product ?? productNamed(certificate),
      debug: report.policy.debug,
      tcb: reportedTcb,
    },
    fields: { report, ...(certificate === undefined ? {} : { keyCertificate: certificateFields(certificate) }) },
    async prove() {
      const key = keyOf(endorsement, report)
      const facts = await verifySevSnp({ report: bytes, key, crl }, roots.sevSnp, at)
      const { product, signer, issuedAt } = facts
      requirePinned(endorsement, roots.sevSnp, product)
      return {
        facts: { product, signer, ...(issuedAt === undefined ? {} : { issuedAt: dated(issuedAt) }) },
        fields: { key: facts.key },
        appraise: () => appraiseSevSnp(facts, policy),
      }
    },
  }
}

/** A report with the hypervisor's certificates behind it, as one file, unless a certificate is given apart from it. */
function withoutTable({ bytes, endorsement }: SevSnpInput): SevSnpInput {
  const table = bytes.subarray(SEV_SNP_REPORT_BYTES)
  if (endorsement !== undefined || !isCertificateTable(table)) return { bytes, endorsement }
  return { bytes: bytes.subarray(0, SEV_SNP_REPORT_BYTES), endorsement: table }
}

type SevSnpInput = Pick<InspectionInput, "bytes" | "endorsement">

function keyOf(endorsement: SevSnpInput["endorsement"], { signingKey }: SevSnpReport): SevSnpInput["endorsement"] {
  const isTable = endorsement !== undefined && isCertificateTable(endorsement)
  return isTable ? certificateInTable(endorsement, signingKey) : endorsement
}

/** What a table has besides the key's certificate is pinned: another there is not AMD's, or not this processor's. */
function requirePinned(
  endorsement: SevSnpInput["endorsement"],
  roots: InspectionInput["roots"]["sevSnp"],
  product: SevSnpProduct,
): void {
  if (endorsement === undefined || !isCertificateTable(endorsement)) return
  const pinned = roots.filter((root) => root.product === product).flatMap(({ ark, ask, asvk }) => [ark, ask, asvk])
  for (const authority of authoritiesInTable(endorsement).flatMap(readCertificateFile)) {
    if (pinned.some(({ der }) => der.toHex() === authority.der.toHex())) continue
    throw new AttestationError("CHAIN_UNTRUSTED", "the hypervisor's table has an authority that is none of AMD's")
  }
}

/** 57230 table 8, productName. */
const PRODUCT_NAME = "1.3.6.1.4.1.3704.1.2"

/** What the certificate says it is for, true or not: reports of version 2 do not say which processor made them. */
function productNamed(certificate: Certificate | undefined): SevSnpProduct | undefined {
  const written = new TextDecoder().decode(certificate?.extensions.get(PRODUCT_NAME))
  return sevSnpProducts.find((product) => productNames[product].some((name) => written.includes(name)))
}
