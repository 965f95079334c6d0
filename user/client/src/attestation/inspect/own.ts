import {
  decode,
  evidenceCodec,
  STATEMENT_VERSION,
  statementCodec,
  type EndorsementKind,
  type Evidence,
  type Quote,
} from "@event-manager/protocol"
import { AttestationError } from "../../errors.ts"
import { verifyEvidence } from "../evidence.ts"
import { readEvidence } from "../evidenceFile.ts"
import type { InspectionInput } from "./input.ts"
import { verifyRelease } from "../release.ts"
import { readOr } from "../x509/malformed.ts"
import type { Bytes } from "../../webCrypto.ts"
import { readDcapEvidence } from "./dcap.ts"
import { readNitroEvidence } from "./nitro.ts"
import { dated } from "./plain.ts"
import type { Reading } from "./reading.ts"
import { readSevSnpEvidence } from "./sevSnp.ts"

const ARMOR_START = "-".charCodeAt(0)

/** An enclave's evidence as its host hands it out: a statement, a quote, and what endorses it. */
export async function readOwnEvidence(input: InspectionInput): Promise<Reading> {
  const { bytes, evidence, statement } = readOr("EVIDENCE_MALFORMED", "the evidence", () => {
    const bytes = unarmored(input.bytes)
    const evidence = decode(evidenceCodec, bytes)
    return { bytes, evidence, statement: decode(statementCodec, evidence.statement) }
  })
  const inner = (await whereReadable(readInner(evidence, input))) ?? { facts: {}, fields: {} }
  const release = await whereReadable(readReleaseIn(evidence))
  return {
    facts: { platform: statement.platform, identity: statement.identity, ...inner.facts },
    fields: {
      statement,
      statementVersionKnown: statement.version === STATEMENT_VERSION,
      quote: { kind: evidence.quote.kind, ...inner.fields },
      endorsements: evidence.endorsements.map(({ kind, bytes }) => ({ kind, bytes: bytes.length })),
      ...(release === undefined ? {} : { release }),
    },
    async prove() {
      const { level, reasons, advisories, launch, issuedAt, ...verdict } = await verifyEvidence(
        bytes,
        input.at,
        input.roots,
      )
      return {
        facts: {
          launch,
          codeHash: verdict.release?.codeHash,
          releaseSigner: verdict.release?.signer,
          issuedAt: dated(issuedAt),
        },
        fields: {},
        appraise: () => ({ level, reasons, advisories }),
      }
    },
  }
}

/** What a part reads as, undefined where it cannot be read: the others are shown all the same. */
async function whereReadable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof AttestationError) return undefined
    throw error
  }
}

function unarmored(bytes: Bytes): Bytes {
  return bytes[0] === ARMOR_START ? readEvidence(new TextDecoder().decode(bytes)) : bytes
}

/** What the quote inside says, read as if it had come by itself. */
async function readInner(
  { quote, endorsements }: Evidence,
  input: InspectionInput,
): Promise<Pick<Reading, "facts" | "fields">> {
  const endorsed = (kind: EndorsementKind): Bytes | undefined => endorsements.find((each) => each.kind === kind)?.bytes
  const around = {
    ...input,
    endorsement: endorsed("sev-snp-key"),
    crl: endorsed("sev-snp-crl"),
    collateral: endorsed("dcap"),
  }
  switch (quote.kind) {
    case "mock":
    case "simulation":
      return reported(quote)
    case "sev-snp":
      return readSevSnpEvidence({ ...around, bytes: quote.report })
    case "tdx":
      return readDcapEvidence({ ...around, bytes: quote.quote, eventLog: logOf(quote) }, "tdx")
    case "sgx":
      return readDcapEvidence({ ...around, bytes: quote.quote }, "sgx")
    case "nitro":
      return readNitroEvidence({ ...around, bytes: quote.document })
  }
}

function logOf({ eventLog }: Extract<Quote, { kind: "tdx" }>): Bytes | undefined {
  return eventLog.length === 0 ? undefined : eventLog
}

function reported({ report }: Extract<Quote, { kind: "mock" | "simulation" }>): Pick<Reading, "facts" | "fields"> {
  const { codeHash, reportData, issuedAt } = report
  return { facts: { codeHash, reportData, issuedAt: dated(issuedAt) }, fields: { report } }
}

async function readReleaseIn({ endorsements }: Evidence): Promise<object | undefined> {
  const signed = endorsements.find(({ kind }) => kind === "release")
  if (signed === undefined) return undefined
  const { manifest, signer } = await verifyRelease(signed.bytes)
  return { signer, ...manifest }
}
