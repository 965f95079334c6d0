import { pinnedRoots, type InspectionInput } from "@event-manager/client/attestation"
import { openTestEnclave } from "../src/testEnclave.ts"
import { secondsOf, type AttestationVectors } from "../src/attestationVectors.ts"
import { CLOCK_MS_FIRST } from "../src/testPlatform.ts"
import { TEST_TIMESTAMP } from "../tee/nitro.ts"
import { encodeEvidence, hardwareEvidence, signedRelease, TEE_NOW, TEST_MEASUREMENT } from "../tee/evidence.ts"
import { testTee, type TestTee } from "../tee/testTee.ts"
import type { Sample } from "./fuzz.ts"

const nothing = { endorsement: undefined, crl: undefined, collateral: undefined, eventLog: undefined }

/** All that the test TEE makes, and the real evidence if it is there. */
export async function corpusOf(vectors: AttestationVectors | undefined): Promise<readonly Sample[]> {
  return [...(await made()), ...(vectors === undefined ? [] : real(vectors))]
}

async function made(): Promise<Sample[]> {
  const tee = await testTee()
  const around = { ...nothing, at: TEST_TIMESTAMP / 1_000, roots: tee.roots }
  const snp = await Promise.all([tee.sevSnp.evidence("VCEK"), tee.sevSnp.evidence("VLEK")])
  const kinds = ["td4", "td5-1.0", "td5-1.5", "sgx3"] as const
  const dcap = await Promise.all(kinds.map((kind) => tee.dcap.evidence({ kind })))
  return [
    ...snp.map(({ report, key, crl }, i) =>
      sample(`test SEV-SNP ${i}`, { ...around, format: "sev-snp", bytes: report, endorsement: key, crl }),
    ),
    ...dcap.map(({ quote, collateral }, i) =>
      sample(`test ${kinds[i]}`, { ...around, format: kinds[i] === "sgx3" ? "sgx" : "tdx", bytes: quote, collateral }),
    ),
    sample("test Nitro", { ...around, format: "nitro", bytes: await tee.nitro.document() }),
    ...(await own(tee)),
    // Nobody signs it, so that whoever brings it has the last word on every byte; and so it is nothing to rely on.
    sample("evidence of a mock", {
      ...around,
      format: "event-manager",
      bytes: new Uint8Array(await (await openTestEnclave()).evidence()),
      at: CLOCK_MS_FIRST / 1_000,
    }),
  ]
}

/** What hosts hand out: a statement, the quote over it and what endorses it; one with a release. */
async function own(tee: TestTee): Promise<Sample[]> {
  const platforms = ["sev-snp", "tdx", "sgx", "nitro"] as const
  const around = { ...nothing, at: TEE_NOW, roots: tee.roots, format: "event-manager" } as const
  const made = await Promise.all(platforms.map((platform) => hardwareEvidence(tee, platform)))
  const { bytes } = signedRelease({
    version: "1.2.3",
    codeHash: new Uint8Array(32),
    productId: 1,
    revocationLevel: 0,
    launches: [{ kind: "sev-snp", measurement: TEST_MEASUREMENT, vmpl: 0 }],
    sevSnpMinimumTcb: [],
  })
  return made.map((evidence, i) => {
    const release = evidence.quote.kind === "sev-snp" ? [{ kind: "release", bytes } as const] : []
    const endorsements = [...evidence.endorsements, ...release]
    return sample(`test evidence of ${platforms[i]}`, {
      ...around,
      bytes: encodeEvidence({ ...evidence, endorsements }),
    })
  })
}

function real(vectors: AttestationVectors): Sample[] {
  return vectors.cases
    .filter(({ verdict }) => verdict !== "reject")
    .map((each) => {
      const read = (path: string | undefined): InspectionInput["crl"] =>
        path === undefined ? undefined : vectors.read(path)
      return sample(each.name, {
        ...nothing,
        format: each.format,
        bytes: vectors.read(each.report ?? each.quote ?? each.document ?? ""),
        endorsement: read(each.endorsementKey),
        collateral: read(each.collateral),
        eventLog: read(each.eventLog),
        at: secondsOf(each),
        roots: pinnedRoots,
      })
    })
}

function sample(name: string, input: InspectionInput): Sample {
  return { name, input }
}
