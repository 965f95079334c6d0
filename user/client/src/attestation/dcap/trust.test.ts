import { strict as assert } from "node:assert"
import { before, describe, test } from "node:test"
import { flipped } from "../../../../../testing/src/hostileHost.ts"
import { createRoot, type Authority, type IssueOptions } from "../../../../../testing/tee/authority.ts"
import { integer, objectIdentifier, sequence, set, utf8String } from "../../../../../testing/tee/der.ts"
import {
  testDcap,
  type CollateralParts,
  type DcapOptions,
  type PckOptions,
  type TestDcap,
} from "../../../../../testing/tee/dcap.ts"
import type { AttestationError } from "../../errors.ts"
import type { Bytes } from "../../webCrypto.ts"
import { pinnedRoots } from "../pinnedRoots.ts"
import { verifyTdx, type TdxFacts } from "../tdx.ts"
import { readCertificate } from "../x509/certificate.ts"
import { commonName } from "./pckCertificate.ts"

/*
 * Who may vouch for what: each case has one certificate or revocation list that is not as good as all others are.
 */
const NOW = Date.UTC(2026, 10, 24) / 1_000
const SIGNER: IssueOptions = { name: "Intel SGX TCB Signing", keyKind: "P-256" }
const CA: IssueOptions = { name: "Intel SGX PCK Platform CA", keyKind: "P-256", isAuthority: true, pathLength: 0 }

let tee: TestDcap
let stranger: TestDcap

before(async () => {
  tee = await testDcap()
  stranger = await testDcap()
})

async function verified(options: DcapOptions = {}): Promise<TdxFacts> {
  return verifyTdx(await tee.evidence(options), [readCertificate(tee.root.certificate)], NOW)
}

async function refused(code: AttestationError["code"], options: DcapOptions): Promise<void> {
  await assert.rejects(verified(options), { name: "AttestationError", code }, code)
}

const collateral = (parts: Partial<CollateralParts>): DcapOptions => ({ collateral: () => parts })

/** Evidence whose PCK certificate's issuer is another one. */
const issuedBy = (issuer: Authority, pck: PckOptions = {}): DcapOptions => ({
  pck: { ...pck, issuer },
  chain: ([leaf, , root]) => [leaf, issuer, root].filter((each) => each !== undefined),
})

/** The two documents that Intel's TCB signing key signs, here signed by others; the first of the chain signs. */
async function refusedSigner(code: AttestationError["code"], chain: readonly Authority[]): Promise<void> {
  await refused(code, collateral({ tcbInfoIssuerChain: chain }))
  await refused(code, collateral({ qeIdentityIssuerChain: chain }))
}

describe("the PCK certificate's chain", () => {
  test("CHAIN_UNTRUSTED: extra certificates, or too few", async () => {
    const extra = await tee.root.issue(CA)
    for (const chain of [
      ([pck, ca, root]: readonly Authority[]) => [pck, ca, root, root],
      ([pck, ca, root]: readonly Authority[]) => [pck, ca, extra, root],
      ([pck, ca, root]: readonly Authority[]) => [pck, pck, ca, root],
      ([pck, , root]: readonly Authority[]) => [pck, root],
      ([pck]: readonly Authority[]) => [pck],
      ([, ca, root]: readonly Authority[]) => [ca, root],
      ([pck, ca, root]: readonly Authority[]) => [ca, pck, root],
      ([pck, ca, root]: readonly Authority[]) => [root, ca, pck],
    ]) {
      await refused("CHAIN_UNTRUSTED", { chain: (usual) => chain(usual).filter((each) => each !== undefined) })
    }
  })

  test("CHAIN_UNTRUSTED: an extra certificate, even where the root allows for it", async () => {
    const { pathLength: _length, ...unlimited } = CA
    const root = await createRoot({ ...unlimited, name: "Intel SGX Root CA" })
    const between = await root.issue({ ...unlimited, name: "Intel SGX Root CA" })
    const issuer = await between.issue(CA)
    const chain = ([pck]: readonly Authority[]): Authority[] => (pck ? [pck, issuer, between, root] : [])
    const evidence = await tee.evidence({ pck: { issuer }, chain })
    await assert.rejects(verifyTdx(evidence, [readCertificate(root.certificate)], NOW), { code: "CHAIN_UNTRUSTED" })
  })

  test("CHAIN_UNTRUSTED: another root, of the same name", async () => {
    const evidence = await stranger.evidence()
    const ours = readCertificate(tee.root.certificate)
    await assert.rejects(verifyTdx(evidence, [ours], NOW), { code: "CHAIN_UNTRUSTED" })
    await assert.rejects(verifyTdx(evidence, pinnedRoots.dcap, NOW), { code: "CHAIN_UNTRUSTED" })
    await refused("CERTIFICATE_SIGNATURE_INVALID", { chain: ([pck]) => (pck ? [pck, stranger.platformCa] : []) })
  })

  test("CHAIN_UNTRUSTED: a certificate in another role than its own", async () => {
    await refused("CHAIN_UNTRUSTED", { pck: { name: "Intel SGX TCB Signing" } })
    await refused("CHAIN_UNTRUSTED", { pck: { name: "Intel SGX PCK Certificate " } })
    for (const name of ["Intel SGX TCB Signing", "Intel SGX Root CA", "Somebody"]) {
      await refused("CHAIN_UNTRUSTED", issuedBy(await tee.root.issue({ ...CA, name })))
    }
    await refused("CHAIN_UNTRUSTED", issuedBy(await tee.root.issue({ ...CA, isAuthority: false })))
    const processorCa = await tee.root.issue({ ...CA, name: "Intel SGX PCK Processor CA" })
    const pckCrl = await processorCa.revoke([])
    const pckCrlIssuerChain = [processorCa, tee.root]
    assert.ok(await verified({ ...issuedBy(processorCa), ...collateral({ pckCrl, pckCrlIssuerChain }) }))
  })

  test("CERTIFICATE_MALFORMED: a name with two common names, or none", () => {
    const part = (oid: string, text: string): Bytes => set(sequence(objectIdentifier(oid), utf8String(text)))
    const name = (...parts: readonly Bytes[]): string => sequence(...parts).toHex()
    const [role, country] = [part("2.5.4.3", "Intel SGX TCB Signing"), part("2.5.4.6", "US")]
    assert.equal(commonName(name(role, country)), "Intel SGX TCB Signing")
    for (const wrong of [name(role, part("2.5.4.3", "Somebody")), name(role, role), name(country), name()]) {
      assert.throws(() => commonName(wrong), { code: "CERTIFICATE_MALFORMED" })
    }
  })

  test("CERTIFICATE_SIGNATURE_INVALID: the PCK certificate, and its issuer", async () => {
    const broken = (each: Authority): Authority => ({
      ...each,
      certificate: flipped(each.certificate, each.certificate.length - 1),
    })
    for (const place of [0, 1]) {
      const chain = (usual: readonly Authority[]): Authority[] =>
        usual.map((each, i) => (i === place ? broken(each) : each))
      await refused("CERTIFICATE_SIGNATURE_INVALID", { chain })
    }
  })

  test("CERTIFICATE_EXPIRED, CERTIFICATE_NOT_YET_VALID: the PCK certificate, and its issuer", async () => {
    await refused("CERTIFICATE_EXPIRED", { pck: { notAfter: NOW - 1 } })
    await refused("CERTIFICATE_NOT_YET_VALID", { pck: { notBefore: NOW + 1 } })
    await refused("CERTIFICATE_EXPIRED", issuedBy(await tee.root.issue({ ...CA, notAfter: NOW - 1 })))
    await refused("CERTIFICATE_NOT_YET_VALID", issuedBy(await tee.root.issue({ ...CA, notBefore: NOW + 1 })))
  })

  test("CERTIFICATE_MALFORMED: no chain, or an SGX extension that lacks or repeats something", async () => {
    await refused("CERTIFICATE_MALFORMED", { chain: () => [] })
    await refused("CERTIFICATE_MALFORMED", { pck: { extensions: [] } })
    for (let left = 0; left < 5; left++) {
      await refused("CERTIFICATE_MALFORMED", { pck: { fields: (usual) => usual.filter((_, i) => i !== left) } })
      await refused("CERTIFICATE_MALFORMED", { pck: { fields: (usual) => [...usual, usual[left] ?? sequence()] } })
    }
    await refused("CERTIFICATE_MALFORMED", { pck: { fields: (usual) => [...usual, integer(1)] } })
    await refused("CERTIFICATE_MALFORMED", { pck: { sgxComponents: Array.from({ length: 16 }, () => 256) } })
    await refused("CERTIFICATE_MALFORMED", { pck: { sgxComponents: Array.from({ length: 15 }, () => 1) } })
    await refused("CERTIFICATE_MALFORMED", { pck: { pceSvn: 65_536 } })
    await refused("CERTIFICATE_MALFORMED", { pck: { fmspc: "00906EA100" } })
    await refused("CERTIFICATE_MALFORMED", { pck: { pceId: "000000" } })
  })

  test("CERTIFICATE_REVOKED: the PCK certificate, and its issuer", async () => {
    const serial = 0x7777n
    const pckCrl = await tee.platformCa.revoke([1n, serial])
    await refused("CERTIFICATE_REVOKED", { pck: { serial }, ...collateral({ pckCrl }) })
    assert.ok(await verified({ pck: { serial: serial + 1n }, ...collateral({ pckCrl }) }))
    const ca = await tee.root.issue(CA)
    const rootCaCrl = await tee.root.revoke([ca.serial])
    await refused("CERTIFICATE_REVOKED", { ...issuedBy(ca), ...collateral({ rootCaCrl }) })
  })
})

describe("who signs TCB info and QE identities", () => {
  test("CHAIN_UNTRUSTED: nobody else who holds a certificate of Intel's", async () => {
    const pck = await tee.pck()
    await refusedSigner("CHAIN_UNTRUSTED", [pck, tee.platformCa, tee.root])
    await refusedSigner("CHAIN_UNTRUSTED", [pck, tee.root])
    await refusedSigner("CHAIN_UNTRUSTED", [pck])
    await refusedSigner("CHAIN_UNTRUSTED", [tee.platformCa, tee.root])
    await refusedSigner("CHAIN_UNTRUSTED", [tee.root])
    await refusedSigner("CHAIN_UNTRUSTED", [await tee.root.issue({ ...SIGNER, name: "Intel SGX PCK Certificate" })])
    // An issuer of PCK certificates has issued one in the name of the TCB signing key.
    await refusedSigner("CHAIN_UNTRUSTED", [await tee.platformCa.issue(SIGNER), tee.platformCa, tee.root])
  })

  test("CHAIN_UNTRUSTED, CERTIFICATE_SIGNATURE_INVALID: an extra certificate, or another root", async () => {
    await refusedSigner("CHAIN_UNTRUSTED", [tee.tcbSigner, tee.root, tee.root])
    await refusedSigner("CHAIN_UNTRUSTED", [tee.tcbSigner, tee.platformCa, tee.root])
    await refusedSigner("CERTIFICATE_SIGNATURE_INVALID", [stranger.tcbSigner, stranger.root])
    await refusedSigner("CERTIFICATE_SIGNATURE_INVALID", [stranger.tcbSigner])
  })

  test("CERTIFICATE_EXPIRED, CERTIFICATE_NOT_YET_VALID, CERTIFICATE_REVOKED", async () => {
    await refusedSigner("CERTIFICATE_EXPIRED", [await tee.root.issue({ ...SIGNER, notAfter: NOW - 1 }), tee.root])
    await refusedSigner("CERTIFICATE_NOT_YET_VALID", [await tee.root.issue({ ...SIGNER, notBefore: NOW + 1 })])
    const signer = await tee.root.issue(SIGNER)
    const rootCaCrl = await tee.root.revoke([signer.serial])
    await refused("CERTIFICATE_REVOKED", collateral({ rootCaCrl, tcbInfoIssuerChain: [signer, tee.root] }))
    await refused("CERTIFICATE_REVOKED", collateral({ rootCaCrl, qeIdentityIssuerChain: [signer, tee.root] }))
    assert.ok(await verified(collateral({ rootCaCrl })))
  })
})

describe("revocation lists", () => {
  for (const name of ["rootCaCrl", "pckCrl"] as const) {
    const list = (crl: Uint8Array): DcapOptions => collateral({ [name]: crl })
    const issuer = (): Authority => (name === "rootCaCrl" ? tee.root : tee.platformCa)

    test(`${name}: each way it can be wrong`, async () => {
      const good = await issuer().revoke([])
      await refused("CRL_MALFORMED", list(new Uint8Array(0)))
      await refused("CRL_MALFORMED", list(new Uint8Array([...good, 0])))
      await refused("CRL_SIGNATURE_INVALID", list(flipped(good, good.length - 1)))
      const theirs = name === "rootCaCrl" ? stranger.root : stranger.platformCa
      await refused("CRL_SIGNATURE_INVALID", list(await theirs.revoke([])))
      await refused("CRL_ISSUER_MISMATCH", list(await tee.tcbSigner.revoke([])))
      await refused("CRL_EXPIRED", list(await issuer().revoke([], { nextUpdate: NOW - 1 })))
      await refused("CRL_NOT_YET_VALID", list(await issuer().revoke([], { thisUpdate: NOW + 1 })))
      assert.ok(await verified(list(await issuer().revoke([], { thisUpdate: NOW, nextUpdate: NOW }))))
    })
  }

  test("one in place of the other", async () => {
    await refused("CRL_ISSUER_MISMATCH", collateral({ rootCaCrl: await tee.platformCa.revoke([]) }))
    await refused("CRL_ISSUER_MISMATCH", collateral({ pckCrl: await tee.root.revoke([]) }))
  })

  test("of another issuer, however genuine", async () => {
    const other = await tee.root.issue({ ...CA, name: "Intel SGX PCK Processor CA" })
    const pckCrl = await other.revoke([])
    await refused("CRL_ISSUER_MISMATCH", collateral({ pckCrl }))
    await refused("CRL_ISSUER_MISMATCH", collateral({ pckCrl, pckCrlIssuerChain: [other, tee.root] }))
    await refused("CRL_ISSUER_MISMATCH", collateral({ pckCrl, pckCrlIssuerChain: [tee.tcbSigner, tee.root] }))
  })

  test("the chain of whoever signs it", async () => {
    const [ca, root] = [tee.platformCa, tee.root]
    const chain = (...pckCrlIssuerChain: Authority[]): DcapOptions => collateral({ pckCrlIssuerChain })
    await refused("CHAIN_UNTRUSTED", chain(ca, root, root))
    await refused("CHAIN_UNTRUSTED", chain(root))
    await refused("CERTIFICATE_SIGNATURE_INVALID", chain(stranger.platformCa, stranger.root))
    await refused("CERTIFICATE_SIGNATURE_INVALID", chain(stranger.platformCa, root))
    await refused("CERTIFICATE_MALFORMED", chain())
    // Another of that name, whose certificate is genuine, has not signed the list; and one that has is revoked or old.
    const renewed = await root.issue(CA)
    await refused("CRL_SIGNATURE_INVALID", chain(renewed, root))
    const pckCrl = await renewed.revoke([])
    const pckCrlIssuerChain = [renewed, root]
    assert.ok(await verified(collateral({ pckCrl, pckCrlIssuerChain })))
    const rootCaCrl = await root.revoke([renewed.serial])
    await refused("CERTIFICATE_REVOKED", collateral({ pckCrl, pckCrlIssuerChain, rootCaCrl }))
    await refused("CERTIFICATE_EXPIRED", chain(await root.issue({ ...CA, notAfter: NOW - 1 }), root))
  })
})
