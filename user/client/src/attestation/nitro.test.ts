import fc from "fast-check"
import { strict as assert } from "node:assert"
import { before, describe, test } from "node:test"
import {
  attestationVectors,
  NO_VECTORS,
  secondsOf,
  type AttestationCase,
} from "../../../../testing/src/attestationVectors.ts"
import { fuzz } from "../../../../testing/src/fuzz.ts"
import { encodeCbor, RawCbor, type Cbor } from "../../../../testing/tee/cbor.ts"
import {
  TEST_TIMESTAMP,
  testNitro,
  testPcrs,
  type DocumentOptions,
  type TestNitro,
} from "../../../../testing/tee/nitro.ts"
import { AttestationError } from "../errors.ts"
import type { Bytes } from "../webCrypto.ts"
import { appraiseNitro, verifyNitro, type NitroFacts } from "./nitro.ts"
import { readNitroDocument } from "./nitro/document.ts"
import { pinnedRoots } from "./pinnedRoots.ts"
import { readCertificate } from "./x509/certificate.ts"

const secure = { level: "SECURE", reasons: [], advisories: [] }

function flipped(bytes: Bytes, at: number): Bytes {
  return bytes.map((byte, index) => (index === at ? byte ^ (1 << (at % 8)) : byte))
}

describe("real documents", () => {
  const vectors = attestationVectors()
  const skip = vectors === undefined ? NO_VECTORS : false
  const cases = (vectors?.cases ?? []).filter(({ format }) => format === "nitro")

  const codes: Readonly<Record<string, AttestationError["code"]>> = {
    expired: "CERTIFICATE_EXPIRED",
    "debug-a": "DEBUG_ENABLED",
    "debug-b": "DEBUG_ENABLED",
  }

  function evidenceOf({ document = "" }: AttestationCase): Bytes {
    assert.ok(vectors)
    return vectors.read(document)
  }

  test("there are cases with and without debugging", { skip }, () => {
    assert.ok(cases.length >= 5)
  })

  for (const each of cases) {
    test(`${each.name}: ${each.why ?? each.verdict}`, async () => {
      const { document } = readNitroDocument(evidenceOf(each))
      const measured = Object.entries(document.pcrs).filter(([, pcr]) => !/^0*$/.test(pcr))
      const found = { timestamp: new Date(document.timestamp).toISOString(), pcrs: Object.fromEntries(measured) }
      assert.deepEqual(found, each.expect)
      assert.equal(Object.keys(document.pcrs).length, 16)
      const verdict = async (): Promise<unknown> =>
        appraiseNitro(await verifyNitro(evidenceOf(each), pinnedRoots.nitro, secondsOf(each)), { debug: "refuse" })
      const code = codes[each.name]
      assert.equal(each.verdict, code === undefined ? "accept" : "reject")
      if (code !== undefined) return assert.rejects(verdict, { name: "AttestationError", code })
      assert.deepEqual(await verdict(), secure)
    })
  }

  test("no byte of a document can be changed by a bit, of those tried", { skip }, async () => {
    const each = cases.find(({ name }) => name === "a")
    assert.ok(each)
    const evidence = evidenceOf(each)
    for (let at = 0; at < evidence.length; at += 7) {
      const verdict = verifyNitro(flipped(evidence, at), pinnedRoots.nitro, secondsOf(each))
      await assert.rejects(verdict, AttestationError, `byte ${at}`)
    }
  })
})

const NOW = TEST_TIMESTAMP / 1_000
let tee: TestNitro

before(async () => {
  tee = await testNitro()
})

async function verified(evidence: Bytes, { at = NOW, by = tee } = {}): Promise<NitroFacts> {
  return verifyNitro(evidence, [readCertificate(by.root.certificate)], at)
}

async function facts(options: DocumentOptions = {}): Promise<NitroFacts> {
  return verified(await tee.document(options))
}

async function refused(code: AttestationError["code"], options: DocumentOptions, what = ""): Promise<void> {
  await assert.rejects(facts(options), { name: "AttestationError", code }, `${code} ${what}`)
}

/** The usual fields with one in place of another; undefined leaves it out. */
function field(name: string, value: Cbor | undefined): DocumentOptions {
  return {
    fields: (usual) => {
      const changed = new Map<Cbor, Cbor>(usual)
      if (value === undefined) changed.delete(name)
      else changed.set(name, value)
      return changed
    },
  }
}

test("documents of the test TEE are as good as real ones, tagged or not", async () => {
  const userData = new Uint8Array(64).fill(9)
  for (const tagged of [false, true]) {
    const found = await facts({ userData, tagged })
    const { document, issuedAt } = found
    assert.deepEqual([document.userData, document.nonce, document.publicKey], ["09".repeat(64), undefined, undefined])
    assert.deepEqual([document.pcrs[0], document.pcrs[3]], ["b0".repeat(48), "00".repeat(48)])
    assert.equal(issuedAt, NOW)
    assert.deepEqual(appraiseNitro(found, { debug: "refuse" }), secure)
  }
  for (const name of ["public_key", "user_data", "nonce"]) {
    assert.ok(await facts(field(name, undefined)))
    for (const length of [0, 1, 513, 1_024]) assert.ok(await facts(field(name, new Uint8Array(length))))
  }
})

describe("each code has evidence that differs from a good one in one respect", () => {
  test("EVIDENCE_MALFORMED: the message around the document", async () => {
    const good = await tee.document()
    for (let length = 0; length < good.length; length += 7) {
      await assert.rejects(verified(good.slice(0, length)), { code: "EVIDENCE_MALFORMED" })
    }
    await assert.rejects(verified(new Uint8Array([...good, 0])), { code: "EVIDENCE_MALFORMED" })
    await assert.rejects(verified(new Uint8Array([0xd2, 0xd2, ...good])), { code: "EVIDENCE_MALFORMED" })
    await assert.rejects(verified(new Uint8Array([0xd1, ...good])), { code: "EVIDENCE_MALFORMED" })
    await assert.rejects(verified(new Uint8Array([0xd8, 18, ...good])), { code: "EVIDENCE_MALFORMED" })
    await assert.rejects(verified(new Uint8Array(100_000).fill(0x81)), { code: "EVIDENCE_MALFORMED" })
    const part = (index: number, value: Cbor): DocumentOptions => ({ parts: (usual) => usual.with(index, value) })
    await refused("EVIDENCE_MALFORMED", { parts: (usual) => usual.slice(0, 3) })
    await refused("EVIDENCE_MALFORMED", { parts: (usual) => [...usual, 0] })
    await refused("EVIDENCE_MALFORMED", { parts: () => new Map() })
    await refused("EVIDENCE_MALFORMED", part(0, new Map([[1, -35]])))
    await refused("EVIDENCE_MALFORMED", part(1, new Map([[1, -35]])))
    await refused("EVIDENCE_MALFORMED", part(1, new Uint8Array(0)))
    await refused("EVIDENCE_MALFORMED", part(2, null))
    for (const length of [0, 64, 95, 97]) await refused("EVIDENCE_MALFORMED", part(3, new Uint8Array(length)))
    const tooLong = { ...field("module_id", "m".repeat(16_384)) }
    await refused("EVIDENCE_MALFORMED", tooLong)
  })

  test("EVIDENCE_MALFORMED: another algorithm than ES384, or more than that, under a good signature", async () => {
    const headers: Cbor[] = [
      new Map([[1, -7]]),
      new Map([[1, -36]]),
      new Map([[1, 35]]),
      new Map([[3, -35]]),
      new Map<Cbor, Cbor>([["1", -35]]),
      new Map([
        [1, -35],
        [4, 0],
      ]),
      new Map(),
      [1, -35],
      new RawCbor(0xa2, 1, 0x38, 0x22, 1, 0x38, 0x22),
      new RawCbor(0xa1, 1, 0x39, 0, 0x22),
      new RawCbor(0xa1, 1, 0x38, 0x22, 0),
      new RawCbor(),
    ]
    for (const header of headers) await refused("EVIDENCE_MALFORMED", { protectedHeader: encodeCbor(header) })
    assert.ok(await facts({ protectedHeader: encodeCbor(new RawCbor(0xbf, 1, 0x38, 0x22, 0xff)) }))
  })

  test("EVIDENCE_MALFORMED: fields that are missing, unknown, doubled, of another type, or out of bounds", async () => {
    const float = new RawCbor(0xfb, 0x42, 0x79, 0xb5, 0x11, 0x8f, 0x12, 0, 0)
    const wrong: Readonly<Record<string, readonly (Cbor | undefined)[]>> = {
      module_id: [undefined, null, "", new Uint8Array(1), 1, new RawCbor(0x61, 0xff)],
      digest: [undefined, null, "SHA256", "sha384", new Uint8Array(6)],
      timestamp: [
        undefined,
        null,
        0,
        -1,
        253_402_300_800_000,
        "1",
        float,
        new RawCbor(0x1b, 0x7f, 0, 0, 0, 0, 0, 0, 0),
      ],
      pcrs: [undefined, null, new Map(), [], new Uint8Array(48)],
      certificate: [undefined, null, new Uint8Array(0), new Uint8Array(1_025), "certificate"],
      cabundle: [undefined, null, [], new Map(), [new Uint8Array(0)], [new Uint8Array(1_025)], ["certificate"]],
      public_key: [new Uint8Array(1_025), "key", 0],
      user_data: [new Uint8Array(1_025), "data", []],
      nonce: [new Uint8Array(1_025), "nonce", new RawCbor(0xf7)],
      extra: [null, 0],
    }
    for (const [name, values] of Object.entries(wrong)) {
      for (const value of values) await refused("EVIDENCE_MALFORMED", field(name, value), `${name} ${String(value)}`)
    }
    const doubled = encodeCbor(["nonce", null]).subarray(1)
    await refused("EVIDENCE_MALFORMED", {
      payload: (usual) => new Uint8Array([0xaa, ...usual.subarray(1), ...doubled]),
    })
    await refused("EVIDENCE_MALFORMED", { payload: (usual) => new Uint8Array([...usual, 0]) })
    await refused("EVIDENCE_MALFORMED", { payload: () => new Uint8Array(0) })
    await refused("EVIDENCE_MALFORMED", { fields: (usual) => [...usual.keys()] })
    const indefinite = (usual: Bytes): Bytes => new Uint8Array([0xbf, ...usual.subarray(1), 0xff])
    assert.ok(await facts({ payload: indefinite }))
  })

  test("EVIDENCE_MALFORMED: PCRs of wrong indices, lengths and types", async () => {
    const pcr = new Uint8Array(48).fill(1)
    const wrong: readonly ReadonlyMap<Cbor, Cbor>[] = [
      new Map<Cbor, Cbor>([[32, pcr]]),
      new Map<Cbor, Cbor>([[-1, pcr]]),
      new Map<Cbor, Cbor>([["0", pcr]]),
      new Map<Cbor, Cbor>([[new RawCbor(0xf9, 0, 0), pcr]]),
      new Map<Cbor, Cbor>([[null, pcr]]),
      new Map<Cbor, Cbor>([[0, null]]),
      new Map<Cbor, Cbor>([[0, pcr.toHex()]]),
      new Map<Cbor, Cbor>([
        [new RawCbor(0), pcr],
        [new RawCbor(0), pcr],
      ]),
      new Map(Array.from({ length: 33 }, (_, index) => [index, pcr])),
      ...[0, 31, 33, 47, 49, 63, 65].map((length) => new Map<Cbor, Cbor>([[0, new Uint8Array(length)]])),
    ]
    for (const pcrs of wrong) await refused("EVIDENCE_MALFORMED", field("pcrs", pcrs))
    for (const length of [32, 48, 64]) {
      const { document } = await facts(field("pcrs", new Map([[31, new Uint8Array(length).fill(1)]])))
      assert.deepEqual(document.pcrs, { 31: "01".repeat(length) })
    }
    assert.ok(await facts({ pcrs: new Map(Array.from({ length: 32 }, (_, index) => [index, pcr])) }))
  })

  test("SIGNATURE_INVALID: the document, the signature, or who signs", async () => {
    const good = await tee.document()
    for (const at of [good.length - 1, good.length - 48, good.length - 96]) {
      await assert.rejects(verified(flipped(good, at)), { code: "SIGNATURE_INVALID" })
    }
    // The module's id is the first text in it.
    await assert.rejects(verified(flipped(good, 40)), { code: "SIGNATURE_INVALID" })
    await refused("SIGNATURE_INVALID", { parts: (usual) => usual.with(3, new Uint8Array(96)) })
    const other = { protectedHeader: encodeCbor(new RawCbor(0xbf, 1, 0x38, 0x22, 0xff)) }
    await refused("SIGNATURE_INVALID", { parts: (usual) => usual.with(0, other.protectedHeader) })
    const halves = { parts: (usual: readonly Cbor[]) => usual.with(3, new Uint8Array(96).fill(1)) }
    await refused("SIGNATURE_INVALID", { leaf: { keyKind: "P-256" }, ...halves })
    await refused("SIGNATURE_INVALID", { leaf: { keyKind: "RSA" }, ...halves })
  })

  test("CERTIFICATE_MALFORMED, of the one that signs and of the bundle", async () => {
    await refused("CERTIFICATE_MALFORMED", field("certificate", new Uint8Array(100)))
    await refused("CERTIFICATE_MALFORMED", { cabundle: (usual) => [...usual, new Uint8Array(1)] })
    await refused("CERTIFICATE_MALFORMED", {
      cabundle: (usual) => usual.map((der, at) => (at === 1 ? der.slice(1) : der)),
    })
  })

  test("CHAIN_UNTRUSTED: the root, the order, one too few, one too many, and who may do what", async () => {
    const stranger = await testNitro()
    await assert.rejects(verified(await stranger.document()), { code: "CHAIN_UNTRUSTED" })
    await assert.rejects(
      verified(await stranger.document({ cabundle: ([, ...rest]) => [tee.root.certificate, ...rest] })),
      {
        code: "CERTIFICATE_SIGNATURE_INVALID",
      },
    )
    await refused("CHAIN_UNTRUSTED", { cabundle: (usual) => usual.slice(1) })
    await refused("CHAIN_UNTRUSTED", { cabundle: (usual) => usual.toReversed() })
    await refused("CHAIN_UNTRUSTED", { cabundle: (usual) => usual.slice(0, 2) })
    await refused("CHAIN_UNTRUSTED", { cabundle: ([root = new Uint8Array(), ...rest]) => [root, ...rest, root] })
    await refused("CHAIN_UNTRUSTED", { cabundle: (usual) => [...usual, ...usual, ...usual] })
    await refused("CHAIN_UNTRUSTED", { intermediate: { isAuthority: false } })
    await refused("CHAIN_UNTRUSTED", { leaf: { isAuthority: true } })
    // Key usage, a BIT STRING: an authority that may sign documents too, and an end entity that may only agree on keys.
    const usage = (from: string, to: string): Pick<DocumentOptions, "certified"> => ({
      certified: (tbs) => Uint8Array.fromHex(tbs.toHex().replace(from, to)),
    })
    await refused("CHAIN_UNTRUSTED", { leaf: { isAuthority: true }, ...usage("03020106", "03020186") })
    await refused("CHAIN_UNTRUSTED", usage("03020780", "03020308"))
    assert.ok(await facts(usage("03020780", "030206c0")))
    await assert.rejects(verifyNitro(await tee.document(), pinnedRoots.nitro, NOW), { code: "CHAIN_UNTRUSTED" })
  })

  test("CERTIFICATE_SIGNATURE_INVALID", async () => {
    for (const at of [1, 2]) {
      const cabundle = (usual: readonly Bytes[]): Bytes[] =>
        usual.map((der, index) => (index === at ? flipped(der, der.length - 1) : der))
      await refused("CERTIFICATE_SIGNATURE_INVALID", { cabundle })
    }
  })

  test("CERTIFICATE_EXPIRED and CERTIFICATE_NOT_YET_VALID, each certificate", async () => {
    for (const [code, dates] of [
      ["CERTIFICATE_EXPIRED", { notAfter: NOW - 1 }],
      ["CERTIFICATE_NOT_YET_VALID", { notBefore: NOW + 1 }],
    ] as const) {
      await refused(code, { leaf: dates })
      await refused(code, { intermediate: dates })
      const old = await testNitro(dates)
      await assert.rejects(verified(await old.document(), { by: old }), { code })
    }
    assert.ok(await facts({ leaf: { notBefore: NOW, notAfter: NOW } }))
  })

  test("EVIDENCE_FROM_FUTURE: more than five minutes ahead", async () => {
    assert.ok(await facts({ timestamp: TEST_TIMESTAMP + 300_999 }))
    await refused("EVIDENCE_FROM_FUTURE", { timestamp: TEST_TIMESTAMP + 301_000 })
  })

  test("DEBUG_ENABLED: PCR0 to 2 are zero, or one of them is, or is missing", async () => {
    const zero = new Uint8Array(48)
    const unmeasured: ReadonlyMap<number, Uint8Array>[] = [new Map([...testPcrs(), [0, zero], [1, zero], [2, zero]])]
    for (const index of [0, 1, 2]) {
      unmeasured.push(new Map([...testPcrs(), [index, zero]]))
      unmeasured.push(new Map([...testPcrs()].filter(([each]) => each !== index)))
    }
    for (const pcrs of unmeasured) {
      const found = await facts({ pcrs })
      assert.throws(() => appraiseNitro(found, { debug: "refuse" }), {
        name: "AttestationError",
        code: "DEBUG_ENABLED",
      })
      const { level, reasons } = appraiseNitro(found, { debug: "insecure" })
      assert.equal(level, "INSECURE")
      assert.match(reasons.join(), /debug mode: PCR/)
    }
  })
})

test("whatever bytes are called a document, they are refused", async (t) => {
  const good = await tee.document()
  const spliced = fc
    .tuple(fc.nat(good.length), fc.nat(40), fc.uint8Array({ maxLength: 40 }))
    .map(([at, cut, put]) => new Uint8Array([...good.subarray(0, at), ...put, ...good.subarray(at + cut)]))
  await fc.assert(
    fc.asyncProperty(fc.oneof(spliced, fc.uint8Array({ maxLength: 500 })), async (bytes) => {
      fc.pre(Buffer.compare(bytes, good) !== 0)
      await assert.rejects(verified(new Uint8Array(bytes)), AttestationError)
    }),
    fuzz(t, 500),
  )
})
