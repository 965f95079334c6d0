/*
 * Enclaves in real TEEs, as far as a TEE of our own can stand for them: from evidence to what the constraint says.
 */
import { decode, encode, type Endorsement, type Evidence } from "@event-manager/protocol"
import { strict as assert } from "node:assert"
import { createHash } from "node:crypto"
import { before, describe, test } from "node:test"
import {
  encodeEvidence,
  hardwareEvidence,
  signedRelease,
  TEE_NOW,
  TEST_MEASUREMENT,
  type HardwareOptions,
  type SignedRelease,
} from "../../../../testing/tee/evidence.ts"
import { testTee, type TestTee } from "../../../../testing/tee/testTee.ts"
import { parseConstraint } from "../constraint.ts"
import type { AttestationError } from "../errors.ts"
import { requireConstraint } from "../policy.ts"
import { verifyEvidence, type Attested } from "./evidence.ts"
import { inspectEvidence } from "./inspect.ts"
import { launchCodec, launchHash, type Launch } from "./launch.ts"
import { readLaunches } from "./launchFile.ts"
import { pinnedRoots } from "./pinnedRoots.ts"
import type { ReleaseManifest } from "./release.ts"

type Code = AttestationError["code"]

const platforms = ["sev-snp", "tdx", "sgx", "nitro"] as const
type Hardware = (typeof platforms)[number]

const bare = {
  format: "event-manager",
  endorsement: undefined,
  crl: undefined,
  collateral: undefined,
  eventLog: undefined,
  at: TEE_NOW,
} as const
const CODE_HASH = "c0".repeat(32)
let tee: TestTee

before(async () => {
  tee = await testTee()
})

function attest(evidence: Evidence, at = TEE_NOW): Promise<Attested> {
  return verifyEvidence(encodeEvidence(evidence), at, tee.roots)
}

async function refused(code: Code, evidence: Evidence, at = TEE_NOW): Promise<void> {
  await assert.rejects(attest(evidence, at), { name: "AttestationError", code })
}

function made(platform: Hardware, options: HardwareOptions = {}): Promise<Evidence> {
  return hardwareEvidence(tee, platform, options)
}

function endorsed(evidence: Evidence, ...endorsements: readonly Endorsement[]): Evidence {
  return { ...evidence, endorsements: [...evidence.endorsements, ...endorsements] }
}

/** A release of what the test TEE measures. */
function releaseFor(launches: readonly Launch[], change: Partial<ReleaseManifest> = {}): SignedRelease {
  return signedRelease({
    version: "1.2.3",
    codeHash: Uint8Array.fromHex(CODE_HASH),
    productId: 1,
    revocationLevel: 4,
    launches,
    sevSnpMinimumTcb: [],
    ...change,
  })
}

const snpLaunch: Launch = { kind: "sev-snp", measurement: TEST_MEASUREMENT, vmpl: 0 }

async function withRelease(release: SignedRelease): Promise<Evidence> {
  return endorsed(await made("sev-snp"), { kind: "release", bytes: release.bytes })
}

/** What its processor measured, as whoever writes a release reads it off inspect-evidence. */
async function launchOf(evidence: Evidence): Promise<Launch> {
  const bytes = encodeEvidence(evidence)
  const { facts } = await inspectEvidence({ ...bare, bytes, roots: tee.roots })
  const [rtMr0, rtMr1, rtMr2, rtMr3] = Array.isArray(facts["rtmrs"]) ? facts["rtmrs"] : []
  const pcrs = Object(facts["pcrs"])
  const { measurement, vmpl } = facts
  const launch = {
    "sev-snp": { measurement, vmpl },
    tdx: { mrTd: measurement, rtMr0, rtMr1, rtMr2, rtMr3 },
    sgx: { mrEnclave: measurement },
    nitro: { pcr0: pcrs[0], pcr1: pcrs[1], pcr2: pcrs[2] },
  }
  const { kind } = evidence.quote
  assert.ok(kind !== "mock" && kind !== "simulation")
  const launches = [{ kind, ...launch[kind] }]
  const file = { version: "1", productId: 1, revocationLevel: 0, launches }
  const [read] = readLaunches(JSON.stringify(file)).launches
  return read ?? assert.fail("no launch")
}

/** Each differs from it in one bit of one value. */
function otherLaunches(launch: Launch): Launch[] {
  const encoded = encode(launchCodec, launch)
  const values = Object.values(launch).filter((value) => value instanceof Uint8Array).length
  const step = (encoded.length - 1) / values
  return Array.from({ length: values }, (_, i) => {
    const at = 1 + Math.floor(i * step)
    return decode(launchCodec, encoded.with(at, (encoded[at] ?? 0) ^ 1))
  })
}

for (const platform of platforms) {
  describe(platform, () => {
    test("good evidence is SECURE, and its launch hash is enough for a constraint", async () => {
      const attested = await attest(await made(platform))
      assert.deepEqual([attested.level, attested.statement.platform, attested.release], ["SECURE", platform, undefined])
      requireConstraint(attested, parseConstraint(`C:${attested.launch} SEC:SECURE PLATFORM:${platform}`), TEE_NOW)
      const other = parseConstraint(`C:${"0".repeat(64)}`)
      assert.throws(() => requireConstraint(attested, other, TEE_NOW), { code: "MEASUREMENT_NOT_ACCEPTED" })
    })

    test("the same launch has the same hash, whatever else differs", async () => {
      const first = await attest(await made(platform))
      const second = await attest(await made(platform, { statement: { life: new Uint8Array(32).fill(2) } }))
      assert.equal(first.launch, second.launch)
      assert.notDeepEqual(first.statementHash, second.statementHash)
    })

    test("a release that lists its launch, and no other, is known by its signer and says which code it is", async () => {
      const evidence = await made(platform)
      const launch = await launchOf(evidence)
      const release = releaseFor([launch])
      const attested = await attest(endorsed(evidence, { kind: "release", bytes: release.bytes }))
      assert.deepEqual([attested.launch, attested.release?.codeHash], [await launchHash(launch), CODE_HASH])
      requireConstraint(attested, parseConstraint(`S:${release.signer} PROD:1 REVOKE:4 SEC:SECURE`), TEE_NOW)
      requireConstraint(attested, parseConstraint(`S:${release.signer} PROD:2 C:${CODE_HASH}`), TEE_NOW)
      for (const other of otherLaunches(launch)) {
        await refused("RELEASE_MISMATCH", endorsed(evidence, { kind: "release", bytes: releaseFor([other]).bytes }))
      }
    })

    test("about other keys than the statement's", async () => {
      await refused("REPORT_DATA_MISMATCH", await made(platform, { reportData: new Uint8Array(64) }))
    })

    test("a debuggable one is INSECURE, and accepted only where the constraint says so", async () => {
      const attested = await attest(await made(platform, { debug: true }))
      assert.equal(attested.level, "INSECURE")
      assert.match(attested.reasons.join(), /debug/)
      const names = `C:${attested.launch}`
      assert.throws(() => requireConstraint(attested, parseConstraint(names), TEE_NOW), { code: "SECURITY_TOO_LOW" })
      requireConstraint(attested, parseConstraint(`${names} SEC:INSECURE`), TEE_NOW)
    })

    test("is refused under the makers' roots", async () => {
      const evidence = encodeEvidence(await made(platform))
      await assert.rejects(verifyEvidence(evidence, TEE_NOW, pinnedRoots), (error: AttestationError) =>
        ["CHAIN_UNTRUSTED", "CERTIFICATE_SIGNATURE_INVALID"].includes(error.code),
      )
    })

    test("under another platform's name", async () => {
      await refused("PLATFORM_MISMATCH", await made(platform, { statement: { platform: "mock" } }))
    })
  })
}

test("PCRs of another length than all have are refused, and fit no launch", async () => {
  const evidence = await made("nitro")
  const userData = new Uint8Array(createHash("sha512").update(evidence.statement).digest())
  for (const length of [32, 64]) {
    const pcrs = new Map([0, 1, 2].map((index) => [index, new Uint8Array(length).fill(1)]))
    const document = await tee.nitro.document({ userData, pcrs })
    await refused("EVIDENCE_MALFORMED", { ...evidence, quote: { kind: "nitro", document } })
  }
})

describe("what a host leaves out or adds", () => {
  test("without its endorsements, evidence proves nothing", async () => {
    for (const platform of ["sev-snp", "tdx", "sgx"] as const) {
      await refused("ENDORSEMENT_MISSING", { ...(await made(platform)), endorsements: [] })
    }
  })

  test("an endorsement twice is refused", async () => {
    const evidence = await made("sev-snp")
    const [first] = evidence.endorsements
    assert.ok(first !== undefined)
    await refused("EVIDENCE_MALFORMED", endorsed(evidence, first))
  })

  test("without a revocation list a report has no date, and EXPIRE cannot be met", async () => {
    const evidence = await made("sev-snp")
    const undated = { ...evidence, endorsements: evidence.endorsements.filter(({ kind }) => kind === "sev-snp-key") }
    const attested = await attest(undated)
    assert.equal(attested.issuedAt, undefined)
    const constraint = parseConstraint(`C:${attested.launch} EXPIRE:P99Y`)
    assert.throws(() => requireConstraint(attested, constraint, TEE_NOW), { code: "EVIDENCE_EXPIRED" })
    requireConstraint(await attest(evidence), constraint, TEE_NOW)
  })
})

describe("a release says which code was measured", () => {
  test("and then its signer may be named, or he and the code", async () => {
    const release = releaseFor([snpLaunch])
    const attested = await attest(await withRelease(release))
    assert.deepEqual(attested.release, {
      codeHash: CODE_HASH,
      signer: release.signer,
      productId: 1,
      revocationLevel: 4,
    })
    requireConstraint(attested, parseConstraint(`S:${release.signer} PROD:1 REVOKE:4`), TEE_NOW)
    requireConstraint(attested, parseConstraint(`S:${release.signer} PROD:9 C:${CODE_HASH}`), TEE_NOW)
    const bare = parseConstraint(`C:${CODE_HASH}`)
    assert.throws(() => requireConstraint(attested, bare, TEE_NOW), { code: "MEASUREMENT_NOT_ACCEPTED" })
  })

  test("and not of what it does not list: another measurement, another privilege level", async () => {
    const another: Launch = { ...snpLaunch, measurement: new Uint8Array(48) }
    const lower: Launch = { ...snpLaunch, vmpl: 1 }
    for (const launches of [[], [another], [lower]]) {
      await refused("RELEASE_MISMATCH", await withRelease(releaseFor(launches)))
    }
  })

  test("and not where its signature is wrong, or it is none", async () => {
    const release = releaseFor([snpLaunch])
    const changed = release.bytes.with(10, (release.bytes[10] ?? 0) ^ 1)
    await refused("RELEASE_SIGNATURE_INVALID", await withRelease({ ...release, bytes: changed }))
    await refused("RELEASE_MALFORMED", await withRelease({ ...release, bytes: release.bytes.slice(1) }))
  })

  test("and how old firmware may be: below that, it is STALE, and the reason says which", async () => {
    const minimum = { product: "milan", fmc: 0, bootloader: 0, tee: 0, snp: 0, microcode: 255 } as const
    const attested = await attest(await withRelease(releaseFor([snpLaunch], { sevSnpMinimumTcb: [minimum] })))
    assert.equal(attested.level, "STALE")
    assert.match(attested.reasons.join(), /microcode/)
  })
})
