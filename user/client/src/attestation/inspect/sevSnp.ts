import type { InspectionInput } from "./input.ts"
import { sevSnpProducts, type SevSnpProduct } from "../roots.ts"
import { appraiseSevSnp, verifySevSnp, type SevSnpPolicy } from "../sevSnp.ts"
import { productNames } from "../sevSnp/key.ts"
import { readSevSnpReport } from "../sevSnp/report.ts"
import type { Certificate } from "../x509/certificate.ts"
import { readCertificateFile } from "../x509/pem.ts"
import { certificateFields, ifReadable } from "./certificates.ts"
import { dated } from "./plain.ts"
import type { Reading } from "./reading.ts"

/** Which level may ask for a report, and how new firmware must be, is for whoever relies on the report to say. */
const policy: SevSnpPolicy = { debug: "refuse", migrationAgent: "refuse", vmplMax: "any", minimumTcb: "any" }

export async function readSevSnpEvidence({ bytes, endorsement, crl, roots, at }: InspectionInput): Promise<Reading> {
  const report = readSevSnpReport(bytes)
  const [certificate] = endorsement === undefined ? [] : (ifReadable(() => readCertificateFile(endorsement)) ?? [])
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
      const facts = await verifySevSnp({ report: bytes, key: endorsement, crl }, roots.sevSnp, at)
      const { product, signer, key, issuedAt } = facts
      return {
        facts: { product, signer, ...(issuedAt === undefined ? {} : { issuedAt: dated(issuedAt) }) },
        fields: { key },
        appraise: () => appraiseSevSnp(facts, policy),
      }
    },
  }
}

/** 57230 table 8, productName. */
const PRODUCT_NAME = "1.3.6.1.4.1.3704.1.2"

/** What the certificate says it is for, true or not: reports of version 2 do not say which processor made them. */
function productNamed(certificate: Certificate | undefined): SevSnpProduct | undefined {
  const written = new TextDecoder().decode(certificate?.extensions.get(PRODUCT_NAME))
  return sevSnpProducts.find((product) => productNames[product].some((name) => written.includes(name)))
}
