import { simulationPlatform } from "@event-manager/enclave"
import { strict as assert } from "node:assert"
import { before, describe, test } from "node:test"
import { openTestEnclave, SEALING_KEY } from "../../../testing/src/testEnclave.ts"
import { CLOCK_MS_FIRST } from "../../../testing/src/testPlatform.ts"
import { verifyEvidence, type Attested } from "./attestation/evidence.ts"
import { parseConstraint } from "./constraint.ts"
import type { Release } from "./attestation/verdict.ts"
import type { AttestationError } from "./errors.ts"
import { requireConstraint } from "./policy.ts"

const NOW = CLOCK_MS_FIRST / 1_000
const code = "c0".repeat(32)
const other = "1".repeat(64)
let attested: Attested

before(async () => {
  const simulation = {
    codeHash: Uint8Array.fromHex(code),
    signingSeed: new Uint8Array(32).fill(1),
    sealingKey: SEALING_KEY,
  }
  const platform = { ...simulationPlatform(simulation), nowMs: () => CLOCK_MS_FIRST }
  attested = await verifyEvidence(await (await openTestEnclave({ platform })).evidence(), NOW)
})

function released(): Release {
  return attested.release ?? assert.fail("a simulated enclave has a release")
}

/** A row that is written with SIGNER for the hash of the enclave's signer. */
function hold(constraint: string, change: Partial<Attested> = {}, at = NOW): void {
  requireConstraint({ ...attested, ...change }, parseConstraint(constraint.replaceAll("SIGNER", released().signer)), at)
}

describe("accepted", () => {
  for (const constraint of [
    `C:${code} SEC:INSECURE`,
    `C:${other} C:${code} SEC:INSECURE`,
    `S:SIGNER PROD:1 SEC:INSECURE`,
    `S:${other} S:SIGNER PROD:1 SEC:INSECURE`,
    `C:${code} S:${other} PROD:9 SEC:INSECURE`,
    `C:${other} S:SIGNER PROD:1 SEC:INSECURE`,
    `C:${code} PROD:9 SEC:INSECURE`,
    `C:${code} SEC:INSECURE REVOKE:0`,
    `C:${code} SEC:INSECURE PLATFORM:mock PLATFORM:simulation`,
    `C:${code} SEC:INSECURE EXPIRE:PT1S`,
  ]) {
    test(constraint.replaceAll(/(.)\1{20,}|(c0){20,}/g, "$1…"), () => hold(constraint))
  }

  test("a better enclave than is asked for", () => {
    const secure = { level: "SECURE" as const }
    for (const level of ["SECURE", "STALE", "INSECURE"]) hold(`C:${code} SEC:${level}`, secure)
    hold(`C:${code}`, { level: "STALE" })
    hold(`C:${code} SEC:INSECURE REVOKE:5`, { release: { ...released(), revocationLevel: 5 } })
  })
})

describe("each code has an enclave that differs from an accepted one in one respect", () => {
  function refuses(code: AttestationError["code"], constraint: string, change: Partial<Attested> = {}, at = NOW): void {
    assert.throws(() => hold(constraint, change, at), { name: "AttestationError", code })
  }

  test("MEASUREMENT_NOT_ACCEPTED", () => {
    refuses("MEASUREMENT_NOT_ACCEPTED", `C:${other} SEC:INSECURE`)
    refuses("MEASUREMENT_NOT_ACCEPTED", `S:${other} PROD:1 SEC:INSECURE`)
    refuses("MEASUREMENT_NOT_ACCEPTED", `S:SIGNER PROD:2 SEC:INSECURE`)
    refuses("MEASUREMENT_NOT_ACCEPTED", `C:${code} SEC:INSECURE`, {
      release: { ...released(), codeHash: "0".repeat(64) },
    })
    refuses("MEASUREMENT_NOT_ACCEPTED", `C:SIGNER SEC:INSECURE`)
    refuses("MEASUREMENT_NOT_ACCEPTED", `S:${code} PROD:1 SEC:INSECURE`)
  })

  test("REVOCATION_LEVEL_TOO_LOW", () => {
    refuses("REVOCATION_LEVEL_TOO_LOW", `C:${code} SEC:INSECURE REVOKE:1`)
  })

  test("SECURITY_TOO_LOW: by default, STALE is the least", () => {
    for (const demand of ["", " SEC:STALE", " SEC:SECURE"]) refuses("SECURITY_TOO_LOW", `C:${code}${demand}`)
    refuses("SECURITY_TOO_LOW", `C:${code} SEC:SECURE`, { level: "STALE" })
  })

  test("PLATFORM_NOT_ACCEPTED", () => {
    refuses("PLATFORM_NOT_ACCEPTED", `C:${code} SEC:INSECURE PLATFORM:mock`)
  })

  test("EVIDENCE_EXPIRED: at the second, not before", () => {
    hold(`C:${code} SEC:INSECURE EXPIRE:P1D`, {}, NOW + 86_399)
    refuses("EVIDENCE_EXPIRED", `C:${code} SEC:INSECURE EXPIRE:P1D`, {}, NOW + 86_400)
    refuses("EVIDENCE_EXPIRED", `C:${code} SEC:INSECURE EXPIRE:P0D`)
    hold(`C:${code} SEC:INSECURE`, {}, NOW + 1_000_000_000)
  })
})

describe("on a real TEE, which code a measurement is, is the word of the release's signer", () => {
  const launch = "ab".repeat(32)
  const hardware = (): Partial<Attested> => ({ launch, level: "SECURE" })
  const refusesAll = (
    constraints: readonly string[],
    change: Partial<Attested>,
    code: AttestationError["code"],
  ): void => {
    for (const constraint of constraints) {
      assert.throws(() => hold(constraint, change), { name: "AttestationError", code }, constraint)
    }
  }

  test("the signer is accepted with his product, or with the code", () => {
    hold("S:SIGNER PROD:1", hardware())
    hold(`S:SIGNER PROD:9 C:${code}`, hardware())
    refusesAll(["S:SIGNER PROD:9", `S:SIGNER PROD:9 C:${other}`], hardware(), "MEASUREMENT_NOT_ACCEPTED")
  })

  test("a code hash alone names nothing: any host could sign a release that says so", () => {
    const name = { name: "AttestationError", code: "MEASUREMENT_NOT_ACCEPTED", message: /signer whom no S: names/ }
    assert.throws(() => hold(`C:${code}`, hardware()), name)
    assert.throws(() => hold(`C:${code} S:${other} PROD:1`, hardware()), name)
  })

  test("the launch hash is enough by itself, with a release of anybody's or with none", () => {
    hold(`C:${launch}`, hardware())
    hold(`C:${launch} REVOKE:0`, { ...hardware(), release: undefined })
    refusesAll(
      [`C:${other}`, `S:SIGNER PROD:1`, `S:${"0".repeat(64)} PROD:1`],
      { ...hardware(), release: undefined },
      "MEASUREMENT_NOT_ACCEPTED",
    )
  })

  test("a revocation level is the word of a signer who is named, and of nobody else", () => {
    const high = { ...hardware(), release: { ...released(), revocationLevel: 5 } }
    hold("S:SIGNER PROD:1 REVOKE:5", high)
    hold(`C:${launch} S:SIGNER PROD:9 REVOKE:5`, high)
    const others = [`C:${launch} REVOKE:5`, `C:${launch} S:${other} PROD:1 REVOKE:1`]
    refusesAll([...others, "S:SIGNER PROD:1 REVOKE:6"], high, "REVOCATION_LEVEL_TOO_LOW")
  })

  test("without a release there is no revocation level, and without a date nothing is recent", () => {
    refusesAll([`C:${launch} REVOKE:1`], { ...hardware(), release: undefined }, "REVOCATION_LEVEL_TOO_LOW")
    refusesAll([`C:${launch} EXPIRE:P1D`], { ...hardware(), issuedAt: undefined }, "EVIDENCE_EXPIRED")
    hold(`C:${launch} EXPIRE:P1D`, { ...hardware(), issuedAt: NOW })
  })
})
