/*
 * Certificates, chains and revocation lists: against two other implementations on the same certificates, and each
 * rejection by a case that differs from a good one in one respect.
 */
import "reflect-metadata"
import { X509Certificate as PeculiarCertificate, X509Crl } from "@peculiar/x509"
import { strict as assert } from "node:assert"
import { X509Certificate } from "node:crypto"
import { before, describe, test } from "node:test"
import { createRoot, pemOf, type Authority, type IssueOptions } from "../../../../../testing/tee/authority.ts"
import type { AttestationError } from "../../errors.ts"
import type { Bytes } from "../../webCrypto.ts"
import { pinnedRoots } from "../pinnedRoots.ts"
import { readCertificate, type Certificate } from "./certificate.ts"
import { verifyChain, type NonEmpty } from "./chain.ts"
import { readRevocationList, requireNotRevoked, verifyRevocationList } from "./crl.ts"
import { readCertificateFile, readPemChain } from "./pem.ts"

type Code = AttestationError["code"]

const NOW = Date.UTC(2026, 0, 1) / 1_000
const YEAR = 365 * 86_400
let root: Authority
let authority: Authority
let leaf: Authority

before(async () => {
  root = await createRoot({ name: "Root", keyKind: "P-384", pathLength: 1 })
  authority = await root.issue({ name: "Authority", keyKind: "P-256", isAuthority: true, pathLength: 0 })
  leaf = await authority.issue({ name: "Leaf", keyKind: "P-256" })
})

function refused(code: Code, read: () => unknown): void {
  assert.throws(read, { name: "AttestationError", code })
}

function chainOf(...authorities: readonly Authority[]): NonEmpty<Certificate> {
  return readPemChain(pemOf(authorities.map(({ certificate }) => certificate)))
}

async function refusedChain(code: Code, chain: NonEmpty<Certificate>, at = NOW): Promise<void> {
  await assert.rejects(verifyChain(chain, [readCertificate(root.certificate)], at), { name: "AttestationError", code })
}

/** With another byte at a place counted from the end. */
function altered(bytes: Uint8Array, fromEnd: number): Bytes {
  const copy = new Uint8Array(bytes)
  copy[copy.length - fromEnd] = (copy.at(-fromEnd) ?? 0) ^ 1
  return copy
}

function pinned(): Certificate[] {
  const { sevSnp, dcap, nitro } = pinnedRoots
  return [...sevSnp.flatMap(({ ark, ask, asvk }) => [ark, ask, asvk]), ...dcap, ...nitro]
}

describe("the same as other implementations read", () => {
  test("of the makers' roots and of our own: names, serial numbers, dates, keys", () => {
    const certificates = [...pinned(), ...[root, authority, leaf].map((each) => readCertificate(each.certificate))]
    for (const { der, serial, notBefore, notAfter, publicKey, authority: ca } of certificates) {
      const node = new X509Certificate(der)
      const peculiar = new PeculiarCertificate(der)
      assert.equal(BigInt(`0x${serial}`), BigInt(`0x${node.serialNumber}`))
      assert.equal(BigInt(`0x${serial}`), BigInt(`0x${peculiar.serialNumber}`))
      assert.equal(notBefore * 1_000, peculiar.notBefore.getTime())
      assert.equal(notAfter * 1_000, Date.parse(node.validTo))
      assert.equal(publicKey.spki.toHex(), new Uint8Array(peculiar.publicKey.rawData).toHex())
      assert.equal(ca !== undefined, node.ca)
    }
  })

  test("of a revocation list: issuer, dates, serial numbers", async () => {
    const der = await authority.revoke([leaf.serial, 0xffn], { thisUpdate: NOW, nextUpdate: NOW + YEAR })
    const list = readRevocationList(der)
    const peculiar = new X509Crl(der)
    assert.equal(list.thisUpdate * 1_000, peculiar.thisUpdate.getTime())
    assert.equal(list.nextUpdate * 1_000, peculiar.nextUpdate?.getTime())
    const serials = peculiar.entries.map(({ serialNumber }) => BigInt(`0x${serialNumber}`))
    assert.deepEqual(
      [...list.revoked].map((serial) => BigInt(`0x${serial}`)),
      serials,
    )
    assert.deepEqual(serials, [leaf.serial, 0xffn])
  })

  test("node:crypto finds our signatures good where the chain is", async () => {
    const [certificate, issuer] = await verifyChain(chainOf(leaf, authority), [readCertificate(root.certificate)], NOW)
    const key = new X509Certificate(issuer?.der ?? new Uint8Array()).publicKey
    assert.ok(new X509Certificate(certificate?.der ?? new Uint8Array()).verify(key))
  })
})

test("the pinned roots are roots, and issued what is pinned beside them", async () => {
  const at = Date.UTC(2026, 0, 1) / 1_000
  for (const { ark, ask, asvk } of pinnedRoots.sevSnp) {
    for (const chain of [[ark], [ask, ark], [asvk, ark], [ask]] as const) await verifyChain(chain, [ark], at)
  }
  for (const self of [...pinnedRoots.dcap, ...pinnedRoots.nitro]) {
    assert.equal(self.issuer, self.subject)
    await verifyChain([self], [self], at)
    assert.ok(new X509Certificate(self.der).verify(new X509Certificate(self.der).publicKey))
  }
})

describe("a chain is accepted with its root and without", () => {
  test("and answered with it", async () => {
    const roots: NonEmpty<Certificate> = [readCertificate(root.certificate)]
    assert.equal((await verifyChain(chainOf(leaf, authority), roots, NOW)).length, 3)
    assert.equal((await verifyChain(chainOf(leaf, authority, root), roots, NOW)).length, 3)
  })
})

describe("a chain is refused", () => {
  test("that ends in another root of the same name", async () => {
    const other = await createRoot({ name: "Root", keyKind: "P-384" })
    const theirs = await other.issue({ name: "Authority", keyKind: "P-256", isAuthority: true })
    const certificate = await theirs.issue({ name: "Leaf", keyKind: "P-256" })
    await refusedChain("CERTIFICATE_SIGNATURE_INVALID", chainOf(certificate, theirs))
    await refusedChain("CHAIN_UNTRUSTED", chainOf(certificate, theirs, other))
  })

  test("that ends in a root of another name, or in none", async () => {
    const other = await createRoot({ name: "Other", keyKind: "P-384" })
    await refusedChain("CHAIN_UNTRUSTED", chainOf(await other.issue({ name: "Leaf", keyKind: "P-256" }), other))
    await refusedChain("CHAIN_UNTRUSTED", chainOf(leaf))
  })

  test("with a certificate too many, or in another order", async () => {
    const extra = await root.issue({ name: "Extra", keyKind: "P-256", isAuthority: true })
    await refusedChain("CHAIN_UNTRUSTED", chainOf(leaf, authority, extra))
    await refusedChain("CHAIN_UNTRUSTED", chainOf(leaf, extra, authority))
    await refusedChain("CHAIN_UNTRUSTED", chainOf(authority, leaf))
    await refusedChain("CHAIN_UNTRUSTED", chainOf(leaf, leaf, authority))
    await refusedChain("CHAIN_UNTRUSTED", chainOf(leaf, ...Array.from({ length: 8 }, () => authority)))
  })

  test("whose issuer is no authority, may not issue, or has too many below it", async () => {
    const notAuthority = await root.issue({ name: "Plain", keyKind: "P-256" })
    await refusedChain(
      "CHAIN_UNTRUSTED",
      chainOf(await notAuthority.issue({ name: "Leaf", keyKind: "P-256" }), notAuthority),
    )
    const below = await authority.issue({ name: "Below", keyKind: "P-256", isAuthority: true })
    await refusedChain(
      "CHAIN_UNTRUSTED",
      chainOf(await below.issue({ name: "Leaf", keyKind: "P-256" }), below, authority),
    )
  })

  test("at a time when any of its certificates is not valid", async () => {
    const options: IssueOptions = { name: "Leaf", keyKind: "P-256", notBefore: NOW - YEAR, notAfter: NOW + YEAR }
    const certificate = await authority.issue(options)
    const chain = chainOf(certificate, authority)
    await refusedChain("CERTIFICATE_NOT_YET_VALID", chain, NOW - YEAR - 1)
    await refusedChain("CERTIFICATE_EXPIRED", chain, NOW + YEAR + 1)
    await verifyChain(chain, [readCertificate(root.certificate)], NOW - YEAR)
    await verifyChain(chain, [readCertificate(root.certificate)], NOW + YEAR)
    await refusedChain("CERTIFICATE_EXPIRED", chainOf(leaf, authority), NOW + 20 * YEAR)
  })

  test("with a wrong signature", async () => {
    const [, ...rest] = chainOf(leaf, authority)
    await refusedChain("CERTIFICATE_SIGNATURE_INVALID", [readCertificate(altered(leaf.certificate, 1)), ...rest])
  })
})

describe("a certificate is malformed", () => {
  const issued = async (options: Partial<IssueOptions>): Promise<Bytes> =>
    (await root.issue({ name: "Leaf", keyKind: "P-256", ...options })).certificate

  test("with a critical extension that is not understood, or one twice", async () => {
    const extension = { oid: "1.2.3", value: Uint8Array.of(5, 0) }
    assert.ok(readCertificate(await issued({ extensions: [extension] })).extensions.has("1.2.3"))
    const critical = await issued({ extensions: [{ ...extension, critical: true }] })
    refused("CERTIFICATE_MALFORMED", () => readCertificate(critical))
    const twice = await issued({ extensions: [extension, extension] })
    refused("CERTIFICATE_MALFORMED", () => readCertificate(twice))
  })

  test("cut off anywhere, or with something behind it", () => {
    for (let length = 0; length < leaf.certificate.length; length++) {
      refused("CERTIFICATE_MALFORMED", () => readCertificate(leaf.certificate.slice(0, length)))
    }
    refused("CERTIFICATE_MALFORMED", () => readCertificate(Uint8Array.of(...leaf.certificate, 0)))
    refused("CERTIFICATE_MALFORMED", () => readCertificate(new Uint8Array(10_000)))
  })

  test("as PEM: with words around it, with none in it, with two where one is due", () => {
    const pem = pemOf([leaf.certificate])
    for (const file of [leaf.certificate, new TextEncoder().encode(pem)]) {
      assert.deepEqual(
        readCertificateFile(file).map(({ der }) => der.toHex()),
        [leaf.certificate.toHex()],
      )
    }
    refused("CERTIFICATE_MALFORMED", () => readPemChain(`${pem}hello`))
    assert.equal(readPemChain(`${pem.replaceAll("\n", "\r\n")}\n\0`).length, 1)
    for (const odd of [`${pem} `, `\0${pem}`, `${pem}\0\n`, pem.replace("\n", "\v")]) {
      refused("CERTIFICATE_MALFORMED", () => readPemChain(odd))
    }
    refused("CERTIFICATE_MALFORMED", () => readPemChain(""))
    refused("CERTIFICATE_MALFORMED", () => readPemChain(pem.replace("MI", "M")))
    refused("CERTIFICATE_MALFORMED", () =>
      readCertificateFile(new Uint8Array([...leaf.certificate, ...leaf.certificate])),
    )
    assert.equal(readCertificateFile(new TextEncoder().encode(pem + pem)).length, 2)
  })
})

describe("a revocation list", () => {
  const held = (): Certificate => readCertificate(authority.certificate)
  const list = async (o?: { thisUpdate?: number; nextUpdate?: number }): Promise<Bytes> => authority.revoke([], o)
  const rejects = (code: Code, der: Bytes, issuer = held(), at = NOW): Promise<void> =>
    assert.rejects(verifyRevocationList(readRevocationList(der), issuer, at), { name: "AttestationError", code })

  test("that is good", async () => {
    const good = readRevocationList(await list())
    await verifyRevocationList(good, held(), NOW)
    requireNotRevoked(readCertificate(leaf.certificate), good)
  })

  test("revokes what it names, and passes nothing of another issuer", async () => {
    const revoking = readRevocationList(await authority.revoke([leaf.serial]))
    refused("CERTIFICATE_REVOKED", () => requireNotRevoked(readCertificate(leaf.certificate), revoking))
    refused("CERTIFICATE_REVOKED", () => requireNotRevoked(held(), revoking))
  })

  test("of another issuer, or of one that may not sign any", async () => {
    await rejects("CRL_ISSUER_MISMATCH", await root.revoke([]))
    await rejects("CRL_ISSUER_MISMATCH", await leaf.revoke([]), readCertificate(leaf.certificate))
  })

  test("with a wrong signature, or another key's under the same name", async () => {
    await rejects("CRL_SIGNATURE_INVALID", altered(await list(), 1))
    const namesake = await root.issue({ name: "Authority", keyKind: "P-256", isAuthority: true })
    await rejects("CRL_SIGNATURE_INVALID", await namesake.revoke([]))
  })

  test("of another time", async () => {
    await rejects("CRL_NOT_YET_VALID", await list({ thisUpdate: NOW + 1 }))
    await rejects("CRL_EXPIRED", await list({ nextUpdate: NOW - 1 }))
    await verifyRevocationList(readRevocationList(await list({ thisUpdate: NOW, nextUpdate: NOW })), held(), NOW)
  })

  test("cut off anywhere, or with something behind it", async () => {
    const der = await authority.revoke([leaf.serial])
    for (let length = 0; length < der.length; length++) {
      refused("CRL_MALFORMED", () => readRevocationList(der.slice(0, length)))
    }
    refused("CRL_MALFORMED", () => readRevocationList(Uint8Array.of(...der, 0)))
  })
})
